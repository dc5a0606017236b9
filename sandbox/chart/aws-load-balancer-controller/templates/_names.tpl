{{- define "lbc.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release name stands alone when it already says what this is. */}}
{{- define "lbc.fullname" -}}
{{- $base := .Values.nameOverride | default .Chart.Name -}}
{{- $release := ternary .Release.Name (printf "%s-%s" .Release.Name $base) (contains $base .Release.Name) -}}
{{- .Values.fullnameOverride | default $release | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Cluster-wide names are short: aws-load-balancer-webhook, aws-load-balancer-tls. */}}
{{- define "lbc.prefix" -}}
{{- .Values.nameOverride | default (trimSuffix "-controller" .Chart.Name) | trunc 42 | trimSuffix "-" -}}
{{- end -}}

{{- define "lbc.webhook.service" -}}{{ include "lbc.prefix" . }}-webhook-service{{- end -}}

{{- define "lbc.tls.secret" -}}{{ include "lbc.prefix" . }}-tls{{- end -}}

{{- define "lbc.serviceaccount" -}}
{{- $fallback := ternary (include "lbc.fullname" .) "default" .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default $fallback -}}
{{- end -}}

{{- define "lbc.classparams" -}}
{{- .Values.ingressClassParams.name | default .Values.ingressClass -}}
{{- end -}}

{{- define "lbc.selector" -}}
app.kubernetes.io/name: {{ include "lbc.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "lbc.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "lbc.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.additionalLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}
