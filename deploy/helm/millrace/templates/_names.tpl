{{- define "millrace.labels" -}}
app.kubernetes.io/name: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "millrace.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "millrace.labels" . | nindent 2 }}
{{- end }}

{{/* Settings of both services: those of the values, of the listener, and of Redis. */}}
{{- define "millrace.settings" -}}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ $value | quote }}
{{- end }}
OPS_HOST: 0.0.0.0
OPS_PORT: "9464"
{{- if eq .Values.redis.kind "sentinel" }}
REDIS_SENTINELS: {{ required "redis.sentinels: host:port,host:port" .Values.redis.sentinels | quote }}
REDIS_MASTER_NAME: {{ required "redis.masterName: the name of the primary at the Sentinels" .Values.redis.masterName | quote }}
{{- if eq .Values.redis.tls "true" }}
REDIS_TLS: "true"
{{- end }}
{{- else if eq .Values.redis.kind "cluster" }}
REDIS_CLUSTER: {{ required "redis.nodes: host:port,host:port" .Values.redis.nodes | quote }}
REDIS_TLS: {{ .Values.redis.tls | quote }}
{{- end }}
{{- end }}

{{- define "millrace.apiSettings" -}}
HOST: 0.0.0.0
PORT: "8080"
{{- range $name, $value := .Values.api.settings }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- if .Values.operatorToken.enabled }}
OPERATOR_TOKEN_FILE: /run/millrace/operator/token
{{- end }}
{{- end }}

{{- define "millrace.workerSettings" -}}
{{- range $name, $value := .Values.worker.settings }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end }}
