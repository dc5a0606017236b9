import {
  type EC2Client,
  type NetworkInterface,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import { NotEmulated } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { allPages } from '../aws/list.ts';
import type { KubeCache } from '../kube/cache.ts';
import { keyOf, type Pod } from '../kube/types.ts';
import { createExpiringCache } from '../time.ts';

/** The network interface behind a pod. */
export interface PodInterface {
  readonly id: string;
  readonly securityGroups: readonly string[];
}

const cacheSeconds = 600;

/**
 * Finds the network interfaces of Fargate pods by their addresses, and remembers them for 10 minutes per pod.
 * Returns them by pod key; fails when one is not found (transcripts/lbc/f-misc.txt).
 */
export function createPodInterfaces(
  ec2: EC2Client,
  vpcId: string,
  clock: Clock,
  kube: KubeCache,
): (pods: readonly Pod[]) => Promise<Map<string, PodInterface>> {
  const cache = createExpiringCache<PodInterface>(clock, cacheSeconds);
  const cacheKey = (pod: Pod): string => `${keyOf(pod)}/${pod.metadata.uid}`;
  const isFargate = (pod: Pod): boolean =>
    kube.nodes.get(pod.spec.nodeName ?? '')?.metadata.labels?.['eks.amazonaws.com/compute-type'] ===
    'fargate';

  const look = async (pods: readonly Pod[]): Promise<void> => {
    const elsewhere = pods.find((pod) => !isFargate(pod));
    if (elsewhere !== undefined)
      throw new NotEmulated(`pods that do not run on Fargate (${keyOf(elsewhere)})`);
    const addresses = pods.map((pod) => pod.status?.podIP ?? '').sort();
    const pages = paginateDescribeNetworkInterfaces(
      { client: ec2 },
      {
        Filters: [
          { Name: 'vpc-id', Values: [vpcId] },
          { Name: 'addresses.private-ip-address', Values: addresses },
        ],
      },
    );
    for (const found of await allPages(pages, (page) => page.NetworkInterfaces)) {
      for (const pod of pods)
        if (hasAddress(found, pod.status?.podIP)) cache.set(cacheKey(pod), describe(found));
    }
  };

  return async (pods) => {
    const unknown = pods.filter((pod) => cache.get(cacheKey(pod)) === undefined);
    if (unknown.length > 0) await look(unknown);
    const interfaces = new Map<string, PodInterface>();
    const missing: string[] = [];
    for (const pod of pods) {
      const known = cache.get(cacheKey(pod));
      if (known === undefined) missing.push(keyOf(pod));
      else interfaces.set(keyOf(pod), known);
    }
    if (missing.length > 0) throw new Error(`cannot resolve pod ENI for pods: [${missing.join(' ')}]`);
    return interfaces;
  };
}

const hasAddress = (found: NetworkInterface, address: string | undefined): boolean =>
  found.PrivateIpAddress === address ||
  (found.PrivateIpAddresses ?? []).some((each) => each.PrivateIpAddress === address);

const describe = (found: NetworkInterface): PodInterface => ({
  id: found.NetworkInterfaceId ?? '',
  securityGroups: (found.Groups ?? []).map((group) => group.GroupId ?? ''),
});
