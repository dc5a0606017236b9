import type { LoadBalancerIngress } from '../kube/types.ts';

/** True when the status shows one load balancer with this host name and these port numbers. */
export function isSameStatus(present: readonly LoadBalancerIngress[], wanted: LoadBalancerIngress): boolean {
  const [only] = present;
  return (
    present.length === 1 &&
    only?.ip === undefined &&
    only?.hostname === wanted.hostname &&
    portNumbers(only) === portNumbers(wanted)
  );
}

const portNumbers = (entry: LoadBalancerIngress | undefined): string =>
  (entry?.ports ?? [])
    .map(({ port }) => port)
    .sort((left, right) => left - right)
    .join();
