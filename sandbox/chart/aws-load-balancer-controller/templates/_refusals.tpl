{{/* What the real chart can do and this one cannot: a clear no instead of an install that lacks it. */}}
{{- define "lbc.refusals" -}}
{{- $unsupported := dict
  "autoscaling.enabled" .Values.autoscaling.enabled
  "enableCertManager" .Values.enableCertManager
  "serviceMonitor.enabled" .Values.serviceMonitor.enabled
  "hostNetwork" .Values.hostNetwork
-}}
{{- range $key, $wanted := $unsupported -}}
{{- if $wanted -}}
{{- fail (printf "The rehearsal's stand-in chart does not emulate %s." $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
