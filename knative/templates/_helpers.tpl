{{- define "footnote.podLabels" -}}
app.kubernetes.io/name: footnote
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/part-of: footnote
{{- end }}

{{- /* Labels of an object. Takes a dict: root, component. */}}
{{- define "footnote.labels" -}}
{{ include "footnote.podLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- /* Labels that select the pods of one component. */}}
{{- define "footnote.selector" -}}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "footnote.image" -}}
{{ .root.Values.image.prefix }}-{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "footnote.brokerUrl" -}}
{{- $ingress := eq .Values.broker.class "Kafka" | ternary "kafka-broker-ingress" "broker-ingress" -}}
http://{{ $ingress }}.{{ .Values.networkPolicy.eventing }}.svc.{{ .Values.clusterDomain }}/{{ .Release.Namespace }}/{{ .Release.Name }}
{{- end }}

{{- define "footnote.elasticsearchUrl" -}}
{{ .Values.elasticsearch.url | default (printf "https://%s-es-http.%s.svc:9200" .Values.elasticsearch.name .Release.Namespace) }}
{{- end }}

{{- define "footnote.caSecret" -}}
{{- $eckSecret := .Values.elasticsearch.url | empty | ternary (printf "%s-es-http-certs-public" .Values.elasticsearch.name) "" -}}
{{ .Values.elasticsearch.caSecret | default $eckSecret }}
{{- end }}

{{- /* Environment of a function or job. Takes a dict: root, settings. */}}
{{- define "footnote.env" -}}
{{- $domain := printf "%s.svc.%s" .root.Release.Namespace .root.Values.clusterDomain }}
{{- $settings := dict "store" "elasticsearch" "elasticsearch_url" (include "footnote.elasticsearchUrl" .root) }}
{{- if include "footnote.caSecret" .root }}
{{- $_ := set $settings "elasticsearch_ca" "/etc/footnote/elasticsearch/ca.crt" }}
{{- end }}
{{- range list "embed" "retrieve" "ingest" }}
{{- $_ := set $settings (printf "%s_url" .) (printf "http://%s-%s.%s" $.root.Release.Name . $domain) }}
{{- end }}
{{- range $name, $value := mergeOverwrite $settings .root.Values.settings .settings }}
- {name: FOOTNOTE_{{ upper $name }}, value: {{ include "footnote.text" $value | quote }}}
{{- end }}
{{- range $name, $value := .root.Values.environ }}
- {name: {{ $name }}, value: {{ quote $value }}}
{{- end }}
{{- end }}

{{- /* A setting as text: a map as JSON, and a number as it was written in the values file: Helm reads 50000000 as 5e+07. */}}
{{- define "footnote.text" -}}
{{- if kindIs "map" . }}{{ toJson . }}{{ else if kindIs "float64" . }}{{ eq . (floor .) | ternary (int64 . | toString) (toString .) }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{- define "footnote.securityContext" -}}
runAsNonRoot: true
runAsUser: 65532
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- /* Volumes for Secrets and a scratch folder. Takes a dict: root, elasticsearch (whether the pod calls it), key (the Secret
with its API key, if any), secrets (names of other Secrets), volume (a volume source that replaces them), scratch (whether the pod
writes files). A pod without volumes starts a third of a second sooner, because kubelet checks for mounted volumes that rarely. */}}
{{- define "footnote.volumes" -}}
{{- if .scratch }}
- name: tmp
  emptyDir: {}
{{- end }}
{{- if .volume }}
- name: secrets
  {{- toYaml .volume | nindent 2 }}
{{- else if compact (prepend .secrets .key) }}
- name: secrets
  projected:
    sources:
      {{- range compact (prepend .secrets .key) }}
      - secret: {name: {{ . }}}
      {{- end }}
{{- end }}
{{- with and .elasticsearch (include "footnote.caSecret" .root) }}
- name: elasticsearch
  secret: {secretName: {{ . }}, items: [{key: ca.crt, path: ca.crt}]}
{{- end }}
{{- end }}

{{- define "footnote.mounts" -}}
{{- if .scratch }}
- {name: tmp, mountPath: /tmp}
{{- end }}
{{- if or .volume (compact (prepend .secrets .key)) }}
- {name: secrets, mountPath: /etc/footnote/secrets, readOnly: true}
{{- end }}
{{- if and .elasticsearch (include "footnote.caSecret" .root) }}
- {name: elasticsearch, mountPath: /etc/footnote/elasticsearch, readOnly: true}
{{- end }}
{{- end }}
