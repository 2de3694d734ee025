{{- define "eck.podLabels" -}}
app.kubernetes.io/name: footnote-elasticsearch
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: footnote
{{- end }}

{{- define "eck.labels" -}}
{{ include "eck.podLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* Files of the setup. */}}
{{- define "eck.files" -}}
setup.py: |
  {{- .Files.Get "files/setup.py" | nindent 2 }}
{{- range $path, $_ := .Files.Glob "files/*.json" }}
{{ base $path }}: {{ tpl ($.Files.Get $path) $ | fromJson | toJson | quote }}
{{- end }}
secrets.json: {{ dict "writer" .Values.keys.writerSecret "reader" .Values.keys.readerSecret "operator" .Values.keys.operatorSecret | toJson | quote }}
{{- end }}

{{- /* Name of the setup Job, which ends with a digest of its spec and files: no Job can be changed, and the revision is always 1 where
Helm only renders, as with Argo CD. */}}
{{- define "eck.setupName" -}}
{{- $content := print (include "eck.setup" (dict "root" . "rotate" false)) (include "eck.files" .) -}}
{{ .Release.Name }}-setup-{{ .Release.Revision }}-{{ sha256sum $content | trunc 6 }}
{{- end }}

{{- /* Pod of the setup Job and of the rotation. Takes a dict: root, rotate. */}}
{{- define "eck.setup" -}}
{{- $rotate := .rotate }}
{{- with .root }}
template:
  metadata:
    labels:
      {{- include "eck.podLabels" . | nindent 6 }}
      app.kubernetes.io/component: setup
  spec:
    serviceAccountName: {{ .Release.Name }}-setup
    restartPolicy: OnFailure
    {{- with .Values.scheduling }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- with .Values.pullSecrets }}
    imagePullSecrets: {{- toYaml . | nindent 6 }}
    {{- end }}
    securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
    containers:
      - name: setup
        image: {{ .Values.keys.image }}
        imagePullPolicy: {{ .Values.keys.imagePullPolicy }}
        command: [python3, /setup/setup.py]
        args:
          - --url=https://{{ .Values.name }}-es-http.{{ .Release.Namespace }}.svc:9200
          - --namespace={{ .Release.Namespace }}
          - --prefix={{ .Release.Name }}
          - --index={{ .Values.index }}
          - --job=$(JOB)
          {{- if $rotate }}
          - --rotate
          {{- end }}
        env:
          - name: JOB
            valueFrom: {fieldRef: {fieldPath: "metadata.labels['batch.kubernetes.io/controller-uid']"}}
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities: {drop: [ALL]}
        resources: {{- toYaml .Values.keys.resources | nindent 10 }}
        volumeMounts:
          - {name: setup, mountPath: /setup}
          - {name: ca, mountPath: /ca}
          - {name: elastic, mountPath: /elastic}
    volumes:
      - {name: setup, configMap: {name: {{ .Release.Name }}-setup}}
      - {name: ca, secret: {secretName: {{ .Values.name }}-es-http-certs-public}}
      - {name: elastic, secret: {secretName: {{ .Values.name }}-es-elastic-user}}
{{- end }}
{{- end }}
