import type { Service } from '../kube/types.ts';
import type { Logger } from '../log.ts';
import type { Mutate } from './admission.ts';

/** Gives every new Service of type LoadBalancer without a class this controller's (facts/lbc.md §3). */
export const mutateService =
  (loadBalancerClass: string, log: Logger): Mutate =>
  async ({ operation, object, oldObject }) => {
    const service = object as Service;
    const { spec } = service;
    if (spec.type !== 'LoadBalancer') return;
    const about = { service: service.metadata.name };
    if (operation === 'UPDATE') {
      const before = (oldObject as Service | undefined)?.spec.loadBalancerClass;
      if (before && !spec.loadBalancerClass) {
        service.spec = { ...spec, loadBalancerClass: before };
        log.info('preserved loadBalancerClass', { ...about, loadBalancerClass: before });
      }
      return;
    }
    if (spec.loadBalancerClass) {
      const known = { loadBalancerClass: spec.loadBalancerClass };
      log.info('service already has loadBalancerClass, skipping', { ...about, ...known });
      return;
    }
    service.spec = { ...spec, loadBalancerClass };
    log.info('setting service loadBalancerClass', { ...about, loadBalancerClass });
  };
