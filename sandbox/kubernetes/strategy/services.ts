import type { Strategy } from './strategy.ts';

/** Services. */
export const services: Strategy = {
  nameRule: 'dns1035',
  prepareCreate(object) {
    object.status = { loadBalancer: {} };
  },
};
