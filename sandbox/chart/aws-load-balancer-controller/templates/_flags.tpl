{{/*
The controller's command line after --cluster-name, in the order of the real chart. A flag is left out when its value
is unset, so that the controller's own default holds; booleans count as set when they are false.
*/}}
{{- define "lbc.flags" -}}
{{- $v := .Values -}}
{{- $targetType := ternary "" $v.defaultTargetType (eq $v.defaultTargetType "instance") -}}
{{- $flags := list
  (list "ingress-class" $v.ingressClass)
  (list "aws-region" (tpl (toString ($v.region | default "")) .))
  (list "aws-vpc-id" (tpl (toString ($v.vpcId | default "")) .))
  (list "aws-api-endpoints" $v.awsApiEndpoints)
  (list "aws-api-throttle" $v.awsApiThrottle)
  (list "aws-max-retries" $v.awsMaxRetries)
  (list "enable-pod-readiness-gate-inject" $v.enablePodReadinessGateInject)
  (list "enable-shield" $v.enableShield)
  (list "enable-waf" $v.enableWaf)
  (list "enable-wafv2" $v.enableWafv2)
  (list "metrics-bind-addr" $v.metricsBindAddr)
  (list "ingress-max-concurrent-reconciles" $v.ingressMaxConcurrentReconciles)
  (list "service-max-concurrent-reconciles" $v.serviceMaxConcurrentReconciles)
  (list "targetgroupbinding-max-concurrent-reconciles" $v.targetgroupbindingMaxConcurrentReconciles)
  (list "targetgroupbinding-max-exponential-backoff-delay" $v.targetgroupbindingMaxExponentialBackoffDelay)
  (list "targetgroupbinding-requeue-duration" $v.targetgroupbindingRequeueDuration)
  (list "lb-stabilization-monitor-interval" $v.lbStabilizationMonitorInterval)
  (list "log-level" $v.logLevel)
  (list "webhook-bind-port" $v.webhookBindPort)
  (list "sync-period" $v.syncPeriod)
  (list "watch-namespace" $v.watchNamespace)
  (list "disable-ingress-class-annotation" $v.disableIngressClassAnnotation)
  (list "disable-ingress-group-name-annotation" $v.disableIngressGroupNameAnnotation)
  (list "tolerate-non-existent-backend-service" $v.tolerateNonExistentBackendService)
  (list "tolerate-non-existent-backend-action" $v.tolerateNonExistentBackendAction)
  (list "default-ssl-policy" $v.defaultSSLPolicy)
  (list "external-managed-tags" $v.externalManagedTags)
  (list "default-tags" $v.defaultTags)
  (list "enable-endpoint-slices" $v.enableEndpointSlices)
  (list "enable-backend-security-group" $v.enableBackendSecurityGroup)
  (list "enable-manage-backend-security-group-rules" $v.enableManageBackendSecurityGroupRules)
  (list "backend-security-group" $v.backendSecurityGroup)
  (list "disable-restricted-sg-rules" $v.disableRestrictedSecurityGroupRules)
  (list "feature-gates" $v.controllerConfig.featureGates)
  (list "default-target-type" $targetType)
  (list "default-load-balancer-scheme" $v.defaultLoadBalancerScheme)
  (list "service-target-eni-security-group-tags" $v.serviceTargetENISGTags)
  (list "load-balancer-class" $v.loadBalancerClass)
  (list "aws-vpc-tags" $v.vpcTags)
  (list "max-targets-per-target-group" $v.maxTargetsPerTargetGroup)
-}}
{{- $lines := list -}}
{{- range $flag := $flags -}}
{{- $value := index $flag 1 -}}
{{- if or $value (kindIs "bool" $value) -}}
{{- $lines = append $lines (printf "- --%s=%s" (index $flag 0) (include "lbc.flag.value" $value)) -}}
{{- end -}}
{{- end -}}
{{- join "\n" $lines -}}
{{- end -}}

{{/* Maps become key=value pairs and lists items, both joined by commas. */}}
{{- define "lbc.flag.value" -}}
{{- if kindIs "map" . -}}
{{- $pairs := list -}}
{{- range $key, $value := . -}}
{{- $pairs = append $pairs (printf "%s=%v" $key $value) -}}
{{- end -}}
{{- join "," $pairs -}}
{{- else if kindIs "slice" . -}}
{{- join "," . -}}
{{- else if kindIs "float64" . -}}
{{- int64 . -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}
