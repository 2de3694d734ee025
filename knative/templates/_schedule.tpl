{{- /* Kubernetes refuses other schedules. Takes a dict: place (in the values), schedule, example. */}}
{{- define "footnote.refuseUnlessSchedule" -}}
{{- $fields := list }}
{{- range list "[0-5]?[0-9]" "([01]?[0-9]|2[0-3])" "(0?[1-9]|[12][0-9]|3[01])" "(0?[1-9]|1[0-2]|[a-z]{3})" "(0?[0-6]|[a-z]{3})" }}
{{- $range := printf "([*?]|%s(-%s)?)(/[1-9][0-9]*)?" . . }}
{{- $fields = append $fields (printf "%s(,%s)*" $range $range) }}
{{- end }}
{{- if not (regexMatch (printf "^(?i:@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every [^ ]+|%s)$" (join " +" $fields)) .schedule) }}
{{- fail (printf "%s: %s is not a schedule of cron; write five fields, such as %s." .place .schedule .example) }}
{{- end }}
{{- end }}
