{{- /* A quantity of Kubernetes as a number. */}}
{{- define "footnote.amount" -}}
{{- $units := dict "n" 1e-9 "u" 1e-6 "m" 1e-3 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0 }}
{{- $unit := regexFind "[a-zA-Z]+$" (toString .) }}
{{- mulf (toString . | trimSuffix $unit | float64) (get $units $unit | default 1.0) }}
{{- end }}
{{- /* Kubernetes makes no pod that requests more than its limit. Takes a dict: place (in the values), resources. */}}
{{- define "footnote.refuseRequestAboveLimit" -}}
{{- $limits := .resources.limits | default dict }}
{{- range $name, $request := .resources.requests }}
{{- $limit := get $limits $name }}
{{- if and $limit (gt (include "footnote.amount" $request | float64) (include "footnote.amount" $limit | float64)) }}
{{- fail (printf "%s.resources: %v of %s is requested, but the limit is %v; raise limits.%s, too." $.place $request $name $limit $name) }}
{{- end }}
{{- end }}
{{- end }}
