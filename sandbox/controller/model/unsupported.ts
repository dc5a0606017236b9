import { NotEmulated } from '../../aws/service.ts';
import type { Annotations } from '../annotations.ts';

/**
 * Annotations that the real controller obeys and this one does not: refused as a FailedBuildModel event. Others that
 * are unknown here are unknown to the real controller too, which ignores them. A final dot or dash marks a prefix.
 */
export const unsupportedServiceAnnotations: readonly string[] = [
  'aws-load-balancer-ssl-cert',
  'aws-load-balancer-ssl-ports',
  'aws-load-balancer-ssl-negotiation-policy',
  'aws-load-balancer-backend-protocol',
  'aws-load-balancer-eip-allocations',
  'aws-load-balancer-private-ipv4-addresses',
  'aws-load-balancer-ipv6-addresses',
  'aws-load-balancer-alpn-policy',
  'aws-load-balancer-inbound-sg-rules-on-private-link-traffic',
  'aws-load-balancer-security-group-prefix-lists',
  'aws-load-balancer-listener-attributes.',
  'aws-load-balancer-multi-cluster-target-group',
  'aws-load-balancer-enable-prefix-for-ipv6-source-nat',
  'aws-load-balancer-source-nat-ipv6-prefixes',
  'aws-load-balancer-minimum-load-balancer-capacity',
  'aws-load-balancer-enable-icmp-for-path-mtu-discovery',
  'aws-load-balancer-enable-tcp-udp-listener',
  'aws-load-balancer-disable-nlb-sg',
  'aws-load-balancer-quic-enabled-ports',
  'actions.',
];

/** As `unsupportedServiceAnnotations`, for Ingresses. */
export const unsupportedIngressAnnotations: readonly string[] = [
  'customer-owned-ipv4-pool',
  'wafv2-acl-arn',
  'wafv2-acl-name',
  'waf-acl-id',
  'web-acl-id',
  'shield-advanced-protection',
  'auth-type',
  'auth-idp-cognito',
  'auth-idp-oidc',
  'jwt-validation',
  'mutual-authentication',
  'security-group-prefix-lists',
  'listener-attributes.',
  'multi-cluster-target-group',
  'minimum-load-balancer-capacity',
  'ipam-ipv4-pool-id',
  'enable-frontend-nlb',
  'frontend-nlb-',
  'use-regex-path-match',
  'target-control-port.',
  'create-acm-cert',
  'acm-pca-arn',
  'conditions.',
  'transforms.',
];

/** Throws NotEmulated when one of them is there. */
export function refuseUnsupported(
  prefix: string,
  annotations: Annotations,
  unsupported: readonly string[],
): void {
  for (const suffix of annotations.suffixes()) {
    const hit = unsupported.some((each) => (/[.-]$/.test(each) ? suffix.startsWith(each) : suffix === each));
    if (hit) throw new NotEmulated(`the annotation ${prefix}/${suffix}`);
  }
}
