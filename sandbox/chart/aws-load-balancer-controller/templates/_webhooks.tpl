{{/*
One admission webhook. Takes a dict: root, tls, name, path, group, resource, operations, and optionally failurePolicy
(default Fail), matchPolicy, namespaceSelector, objectSelector.
*/}}
{{- define "lbc.webhook" -}}
- name: {{ .name }}
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: {{ .failurePolicy | default "Fail" }}
  {{- with .matchPolicy }}
  matchPolicy: {{ . }}
  {{- end }}
  clientConfig:
    caBundle: {{ .tls.ca }}
    service:
      name: {{ include "lbc.webhook.service" .root }}
      namespace: {{ .root.Release.Namespace }}
      path: {{ .path }}
  rules:
  - apiGroups: [{{ .group | quote }}]
    apiVersions: [{{ ternary "v1beta1" "v1" (hasSuffix ".aws" .group) }}]
    operations: {{ toJson .operations }}
    resources: [{{ .resource }}]
  {{- with .namespaceSelector }}
  namespaceSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .objectSelector }}
  objectSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/*
A selector, as JSON, that spares this chart's own objects. Takes a list: root, more matchExpressions, matchLabels.
*/}}
{{- define "lbc.selector.others" -}}
{{- $root := index . 0 -}}
{{- $own := dict "key" "app.kubernetes.io/name" "operator" "NotIn" "values" (list (include "lbc.name" $root)) -}}
{{- $selector := dict "matchExpressions" (prepend (index . 1 | default list) $own) -}}
{{- with index . 2 -}}
{{- $_ := set $selector "matchLabels" . -}}
{{- end -}}
{{- toJson $selector -}}
{{- end -}}

{{/* A selector of objects that carry a label with one of these values. Takes a list: key, value. */}}
{{- define "lbc.selector.label" -}}
{{- dict "matchExpressions" (list (dict "key" (index . 0) "operator" "In" "values" (list (index . 1)))) | toJson -}}
{{- end -}}
