import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { KubeCache } from '../kube/cache.ts';
import type { Logger } from '../log.ts';
import type { ControllerConfig } from '../process/config.ts';
import type { Webhook } from './admission.ts';
import { validateIngress } from './ingress.ts';
import { validateIngressClassParams } from './ingress-class-params.ts';
import { mutatePod, refuseInjection } from './pod.ts';
import { mutateService } from './service.ts';
import { mutateBinding, validateBinding } from './target-group-binding.ts';

/** The controller's webhooks by path (facts/lbc.md §3). All pods serve them, not only the leader. */
export function createWebhooks(parts: {
  readonly config: ControllerConfig;
  readonly vpcId: string;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly kube: KubeCache;
  readonly log: Logger;
}): ReadonlyMap<string, Webhook> {
  const { config, vpcId, elbv2, kube, log } = parts;
  const targetControl = { mutate: refuseInjection("the load balancer's target control agent") };
  return new Map<string, Webhook>([
    ['/mutate-v1-pod', { mutate: mutatePod(kube, config.readinessGates, log) }],
    ['/mutate-v1-pod-server-id', { mutate: refuseInjection('QUIC server IDs') }],
    ['/mutate-alb-target-control-namespace-v1-pod', targetControl],
    ['/mutate-alb-target-control-object-v1-pod', targetControl],
    ['/mutate-v1-service', { mutate: mutateService(config.loadBalancerClass, log) }],
    ['/mutate-elbv2-k8s-aws-v1beta1-targetgroupbinding', { mutate: mutateBinding(elbv2) }],
    ['/validate-elbv2-k8s-aws-v1beta1-targetgroupbinding', { validate: validateBinding(elbv2, kube, vpcId) }],
    ['/validate-elbv2-k8s-aws-v1beta1-ingressclassparams', { validate: validateIngressClassParams }],
    ['/validate-networking-v1-ingress', { validate: validateIngress(kube, config) }],
  ]);
}
