{{/*
The webhook's certificate as a YAML map of base64 texts: ca, cert, key. Given values come first, then the installed
Secret when it shall be kept, else a fresh authority. Rendered once per release, since each rendering makes new keys.
*/}}
{{- define "lbc.tls" -}}
{{- $given := .Values.webhookTLS -}}
{{- $installed := lookup "v1" "Secret" .Release.Namespace (include "lbc.tls.secret" .) -}}
{{- $tls := dict -}}
{{- if and $given.caCert $given.cert $given.key -}}
{{- $tls = dict "ca" (b64enc $given.caCert) "cert" (b64enc $given.cert) "key" (b64enc $given.key) -}}
{{- else if and .Values.keepTLSSecret $installed -}}
{{- $data := $installed.data -}}
{{- $tls = dict "ca" (index $data "ca.crt") "cert" (index $data "tls.crt") "key" (index $data "tls.key") -}}
{{- else -}}
{{- $host := printf "%s.%s" (include "lbc.webhook.service" .) .Release.Namespace -}}
{{- $hosts := list $host (printf "%s.svc" $host) (printf "%s.svc.%s" $host .Values.cluster.dnsDomain) -}}
{{- $authority := genCA "aws-load-balancer-controller-ca" 3650 -}}
{{- $leaf := genSignedCert (include "lbc.fullname" .) nil $hosts 3650 $authority -}}
{{- $tls = dict "ca" (b64enc $authority.Cert) "cert" (b64enc $leaf.Cert) "key" (b64enc $leaf.Key) -}}
{{- end -}}
{{- toYaml $tls -}}
{{- end -}}
