{{- /* Ports of the URLs in a component's settings, and of its proxy, as JSON. Takes a dict: root, component. */}}
{{- define "footnote.endpointPorts" -}}
{{- $urlSettings := dict
  "answer" (list "chat_base_url" "oidc_issuer" "redis_url")
  "embed" (list "embedding_base_url")
  "retrieve" (list "rerank_base_url")
  "ingest" (list "bucket_endpoint")
  "jobs" (list "bucket_endpoint") }}
{{- $defaultPorts := dict "http" "80" "https" "443" "redis" "6379" "rediss" "6379" }}
{{- $components := merge (dict "jobs" .root.Values.jobs) .root.Values.functions }}
{{- $settings := merge dict (get $components .component | default dict | dig "settings" dict) .root.Values.settings }}
{{- $urls := list }}
{{- if has .component (list "retrieve" "ingest" "jobs") }}
{{- $urls = append $urls .root.Values.elasticsearch.url }}
{{- end }}
{{- range get $urlSettings .component | default list }}
{{- $urls = append $urls (get $settings . | toString) }}
{{- end }}
{{- if and (hasKey $urlSettings .component) (or (ne .component "retrieve") (compact $urls)) }}
{{- $urls = append $urls (get .root.Values.environ "HTTPS_PROXY") }}
{{- end }}
{{- $ports := list }}
{{- range compact $urls }}
{{- $url := urlParse . }}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" }}
{{- $ports = append $ports ($port | default (get $defaultPorts $url.scheme)) }}
{{- end }}
{{- compact $ports | uniq | toJson }}
{{- end }}
