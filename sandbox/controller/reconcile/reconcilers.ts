import type { Clock } from '../../clock.ts';
import type { FaultList } from '../../faults.ts';
import type { KubeClient } from '../../kubernetes/api.ts';
import type { AwsClients } from '../aws/clients.ts';
import { createDeploy } from '../deploy/deployer.ts';
import { createExisting } from '../deploy/existing.ts';
import { createResourceTags } from '../deploy/resource-tags.ts';
import type { KubeCache } from '../kube/cache.ts';
import { createEventRecorder, type EventRecorder } from '../kube/events.ts';
import type { Logger } from '../log.ts';
import type { ModelSources } from '../model/sources.ts';
import { createBackendSecurityGroup } from '../networking/backend-security-group.ts';
import { createEndpointRules } from '../networking/endpoint-rules.ts';
import { createPodInterfaces } from '../networking/pod-interfaces.ts';
import { createSecurityGroups, resolveSecurityGroups } from '../networking/security-groups.ts';
import { createSubnetResolver } from '../networking/subnets.ts';
import { createVpcRanges } from '../networking/vpc-ranges.ts';
import type { ControllerConfig } from '../process/config.ts';
import { createTargets } from './binding-targets.ts';
import { startIngressReconciler } from './ingress.ts';
import type { Reconciler } from './parts.ts';
import { startServiceReconciler } from './service.ts';
import { startBindingReconciler } from './target-group-binding.ts';

/** What the leader's reconcilers are made with. */
export interface ReconcilersParts {
  readonly config: ControllerConfig;
  readonly vpcId: string;
  readonly aws: AwsClients;
  readonly client: KubeClient;
  readonly kube: KubeCache;
  readonly clock: Clock;
  readonly faults: FaultList;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Starts all reconcilers with everything they share. */
export function startReconcilers(parts: ReconcilersParts): Reconciler {
  const { config, vpcId, aws, client, kube, clock, signal, log } = parts;
  const { ec2, elbv2 } = aws;
  const securityGroups = createSecurityGroups(ec2, clock, log);
  const endpointRules = createEndpointRules({
    cluster: config.clusterName,
    vpcId,
    targetTags: config.serviceTargetTags,
    disableRestrictedRules: config.disableRestrictedRules,
    securityGroups,
    interfacesOf: createPodInterfaces(ec2, vpcId, clock, kube),
    kube,
  });
  const tags = createResourceTags(elbv2, clock, log);
  const existing = createExisting(elbv2, tags, vpcId);
  const sources: ModelSources = {
    config,
    vpcId,
    kube,
    subnets: createSubnetResolver(ec2, vpcId, config.clusterName),
    backendGroup: createBackendSecurityGroup({
      config,
      vpcId,
      ec2,
      securityGroups,
      cache: kube,
      clock,
      faults: parts.faults,
      signal,
      log: log.named('backend-sg-provider'),
    }),
    findLoadBalancer: async ({ stackTags }) => (await existing.loadBalancers(stackTags))[0]?.resource,
    resolveSecurityGroups: (namesOrIds) => resolveSecurityGroups(ec2, vpcId, namesOrIds),
    log: log.named('controllers.ingress'),
  };
  const tools = {
    config,
    vpcId,
    aws,
    tags,
    existing,
    securityGroups,
    endpointRules,
    kube,
    client,
    clock,
    signal,
  };
  const shared = { config, client, kube, clock, sources, log };
  const recorder = (component: string): EventRecorder => createEventRecorder(client, clock, component, log);
  const reconcilers = [
    startBindingReconciler({
      config,
      vpcId,
      client,
      kube,
      clock,
      targets: createTargets(elbv2, clock, log),
      endpointRules,
      inVpc: createVpcRanges(ec2, clock),
      events: recorder('targetGroupBinding'),
      log,
    }),
    startServiceReconciler({ ...shared, deploy: createDeploy(tools), events: recorder('service') }),
    startIngressReconciler({ ...shared, deploy: createDeploy(tools), events: recorder('ingress') }),
  ];
  return {
    stop: () => {
      for (const each of reconcilers) each.stop();
    },
  };
}
