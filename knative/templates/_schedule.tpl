{{- /* Kubernetes refuses other schedules. Takes a dict: place (in the values), schedule, example. */}}
{{- define "footnote.refuseUnlessSchedule" -}}
{{- $months := list "jan" "feb" "mar" "apr" "may" "jun" "jul" "aug" "sep" "oct" "nov" "dec" }}
{{- $days := list "sun" "mon" "tue" "wed" "thu" "fri" "sat" }}
{{- $month := printf "(0?[1-9]|1[0-2]|(?i:%s))" (join "|" $months) }}
{{- $day := printf "(0?[0-6]|(?i:%s))" (join "|" $days) }}
{{- $fields := list }}
{{- range list "[0-5]?[0-9]" "([01]?[0-9]|2[0-3])" "(0?[1-9]|[12][0-9]|3[01])" $month $day }}
{{- $range := printf "([*?]|%s(-%s)?)(/[1-9][0-9]*)?" . . }}
{{- $fields = append $fields (printf "%s(,%s)*" $range $range) }}
{{- end }}
{{- $every := "@every ([0-9]+([.][0-9]+)?(ns|us|ms|s|m|h))+" }}
{{- if not (regexMatch (printf "^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|%s|%s)$" $every (join " +" $fields)) .schedule) }}
{{- fail (printf "%s: %s is not a schedule of cron; write five fields, such as %s." .place .schedule .example) }}
{{- end }}
{{- $numbers := dict }}
{{- range $at, $name := $months }}{{ $_ := set $numbers $name (add $at 1) }}{{ end }}
{{- range $at, $name := $days }}{{ $_ := set $numbers $name $at }}{{ end }}
{{- range $range := regexFindAll "[0-9A-Za-z]+-[0-9A-Za-z]+" .schedule -1 }}
{{- $ends := list }}
{{- range lower $range | splitList "-" }}{{ $ends = append $ends (hasKey $numbers . | ternary (get $numbers .) (atoi .)) }}{{ end }}
{{- if gt (first $ends) (last $ends) }}
{{- fail (printf "%s: in %s, the range %s ends before it begins; write two ranges instead." $.place $.schedule $range) }}
{{- end }}
{{- end }}
{{- end }}
