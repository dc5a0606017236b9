import type { PodRequest, PodResponse } from '../../kubernetes/network.ts';
import type { World } from '../../world.ts';
import type { Ec2Service } from '../ec2/ec2.ts';
import type { Service } from '../service.ts';
import { elbAccess } from './access.ts';
import { createDataPlane, type NoAnswer } from './data-plane.ts';
import { limitHandlers } from './limits.ts';
import { listenerHandlers } from './listeners.ts';
import { loadBalancerSettingHandlers } from './load-balancer-settings.ts';
import { loadBalancerHandlers } from './load-balancers.ts';
import { ruleHandlers } from './rules.ts';
import type { ElbContext, ElbRegion, ListenerCertificate } from './state.ts';
import { taggableResources, tagHandlers } from './tags.ts';
import { targetGroupHandlers } from './target-groups.ts';
import { targetHandlers } from './targets.ts';

/** The emulated Elastic Load Balancing (version 2015-12-01) and the way through its load balancers. */
export interface Elbv2Service extends Service {
  /** The resources of a region, to look up and to read. */
  region(name: string): ElbRegion;
  /**
   * Sends a request from the internet to a host name (without port): through listener, rule and healthy target to the
   * pod's program. Gives the answer of the pod or of the load balancer itself, or says why there is none.
   *
   * @param encrypted whether it came through TLS, which ended at the load balancer
   */
  routeRequest(
    host: string,
    port: number,
    request: PodRequest,
    encrypted?: boolean,
  ): Promise<PodResponse | NoAnswer>;
  /** What the listener of a name and port shows to TLS clients, the default first; undefined: no such listener. */
  shownCertificates(host: string, port: number): ListenerCertificate[] | undefined;
}

/** Makes the emulated Elastic Load Balancing on an emulated network; `certificate` finds one by its ARN. */
export function createElbv2(
  world: World,
  ec2: Ec2Service,
  certificate: ElbContext['certificate'] = () => undefined,
): Elbv2Service {
  const regions = new Map<string, ElbRegion>();
  const elb: ElbContext = {
    world,
    ec2,
    certificate,
    regions: () => regions.values(),
    region(name) {
      const region = regions.get(name) ?? {
        name,
        loadBalancers: new Map(),
        listeners: new Map(),
        rules: new Map(),
        targetGroups: new Map(),
      };
      regions.set(name, region);
      return region;
    },
  };
  return {
    name: 'elasticloadbalancing',
    handlers: {
      ...loadBalancerHandlers(elb),
      ...loadBalancerSettingHandlers(elb),
      ...listenerHandlers(elb),
      ...ruleHandlers(elb),
      ...targetGroupHandlers(elb),
      ...targetHandlers(elb),
      ...tagHandlers(elb),
      ...limitHandlers(elb),
    },
    access: elbAccess(elb),
    tagged: (name) => taggableResources(elb.region(name)),
    region: elb.region,
    ...createDataPlane(elb),
  };
}
