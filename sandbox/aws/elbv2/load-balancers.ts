import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
  DeleteLoadBalancerInput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { operation } from '../operation.ts';
import { AwsError, type Handler, NotEmulated } from '../service.ts';
import { arnOf, shortTypeOf } from './arns.ts';
import { newLoadBalancerAttributes } from './attributes.ts';
import { dnsNameOf, hostedZoneOf } from './dns.ts';
import { invalid, someNotFound } from './errors.ts';
import { checkLimit } from './limits.ts';
import { checkName } from './names.ts';
import { page } from './pages.ts';
import { addNode, chooseGroups, chooseSubnets, subnetIdsOf } from './placement.ts';
import type { ElbContext, ElbRegion, LoadBalancerRecord, LoadBalancerType } from './state.ts';
import { newTags } from './tags.ts';

// Simulated seconds; facts/pitfalls.md, "Typical durations".
const provisioning = { least: 120, most: 180 };
const interfacesLinger = { least: 10, most: 60 };

/** CreateLoadBalancer, DeleteLoadBalancer and DescribeLoadBalancers. */
export function loadBalancerHandlers(elb: ElbContext): Record<string, Handler> {
  const { clock, random, partition } = elb.world;
  const after = (seconds: { least: number; most: number }, task: () => void) =>
    clock.after(random.integer(seconds.least, seconds.most), task);

  const render = (region: string, record: LoadBalancerRecord): LoadBalancer => ({
    LoadBalancerArn: record.arn,
    LoadBalancerName: record.name,
    DNSName: record.dnsName,
    CanonicalHostedZoneId: hostedZoneOf(region, record.type),
    CreatedTime: record.createdAt,
    Scheme: record.scheme,
    VpcId: record.vpcId,
    State: { Code: record.state },
    Type: record.type,
    IpAddressType: 'ipv4',
    AvailabilityZones: record.nodes.map(({ zone, subnetId }) => ({
      ZoneName: zone,
      SubnetId: subnetId,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: record.groupIds.length > 0 ? [...record.groupIds] : undefined,
    EnablePrefixForIpv6SourceNat: record.type === 'network' ? 'off' : undefined,
  });

  const create = (region: ElbRegion, input: CreateLoadBalancerInput): LoadBalancerRecord => {
    const name = checkName('Load balancer', input.Name);
    const type = typeOf(input.Type);
    const scheme = input.Scheme ?? 'internet-facing';
    const subnets = chooseSubnets(elb, region.name, subnetIdsOf(input), { type, scheme });
    const vpcId = subnets[0]?.vpcId ?? '';
    const groupIds = chooseGroups(elb, region.name, input.SecurityGroups ?? [], vpcId);
    const same = [...region.loadBalancers.values()].find((other) => other.name === name);
    if (same) return unchanged(same, { type, scheme, groupIds, subnetIds: subnets.map(({ id }) => id) });

    const count = [...region.loadBalancers.values()].filter((other) => other.type === type).length;
    checkLimit(count, `${type}-load-balancers`, 'TooManyLoadBalancers');
    const hash = random.hex(16);
    const number = random.integer(100_000_000, 2_147_483_647);
    const record: LoadBalancerRecord = {
      arn: arnOf(elb, region.name, `loadbalancer/${shortTypeOf(type)}/${name}/${hash}`),
      name,
      type,
      scheme,
      vpcId,
      dnsName: dnsNameOf({ name, type, scheme, region: region.name, partition, hash, number }),
      createdAt: clock.now(),
      attributes: newLoadBalancerAttributes(type),
      tags: newTags(input.Tags),
      state: 'provisioning',
      groupIds: groupIds.length === 0 && type === 'application' ? defaultGroup(elb, region, vpcId) : groupIds,
      nodes: [],
    };
    record.nodes = subnets.map((subnet) => addNode(elb, region.name, subnet, record));
    region.loadBalancers.set(record.arn, record);
    after(provisioning, () => {
      record.state = 'active';
    });
    return record;
  };

  return {
    CreateLoadBalancer: operation(
      [
        'Name',
        'Subnets',
        'SubnetMappings',
        'SecurityGroups',
        'Scheme',
        'Tags',
        'Type',
        'IpAddressType',
        'EnablePrefixForIpv6SourceNat',
      ],
      (input: CreateLoadBalancerInput, call): CreateLoadBalancerOutput => {
        onlyIpv4(input.IpAddressType, input.EnablePrefixForIpv6SourceNat);
        const region = elb.region(call.region);
        return { LoadBalancers: [render(region.name, create(region, input))] };
      },
    ),

    // Deleting what is not there succeeds (API reference, DeleteLoadBalancer).
    DeleteLoadBalancer: operation(['LoadBalancerArn'], (input: DeleteLoadBalancerInput, call) => {
      const region = elb.region(call.region);
      const record = region.loadBalancers.get(input.LoadBalancerArn ?? '');
      if (!record) return {};
      if (record.attributes['deletion_protection.enabled'] === 'true') {
        throw new AwsError(
          'OperationNotPermitted',
          `Load balancer '${record.arn}' cannot be deleted because deletion protection is enabled`,
        );
      }
      region.loadBalancers.delete(record.arn);
      for (const listener of region.listeners.values()) {
        if (listener.loadBalancerArn === record.arn) removeListener(region, listener.arn);
      }
      for (const { interfaceId } of record.nodes) {
        after(interfacesLinger, () => elb.ec2.deleteManagedInterface(region.name, interfaceId));
      }
      return {};
    }),

    DescribeLoadBalancers: operation(
      ['LoadBalancerArns', 'Names', 'Marker', 'PageSize'],
      (input: DescribeLoadBalancersInput, call): DescribeLoadBalancersOutput => {
        const region = elb.region(call.region);
        const all = [...region.loadBalancers.values()];
        const wanted = [
          [input.LoadBalancerArns ?? [], (record: LoadBalancerRecord) => record.arn],
          [input.Names ?? [], (record: LoadBalancerRecord) => record.name],
        ] as const;
        for (const [values, read] of wanted) {
          for (const value of values)
            if (!all.some((record) => read(record) === value)) throw someNotFound('loadBalancer');
        }
        const found = all.filter((record) =>
          wanted.every(([values, read]) => values.length === 0 || values.includes(read(record))),
        );
        const { items, next } = page(elb, found, input);
        return { LoadBalancers: items.map((record) => render(region.name, record)), NextMarker: next };
      },
    ),
  };
}

/** Removes a listener and its rules. */
export function removeListener(region: ElbRegion, arn: string): void {
  for (const rule of region.rules.values()) {
    if (rule.listenerArn === arn) region.rules.delete(rule.arn);
  }
  region.listeners.delete(arn);
}

/** Refuses the address types that the emulated VPCs do not have. */
export function onlyIpv4(addressType: string | undefined, ipv6SourceNat?: string): void {
  if (addressType !== undefined && addressType !== 'ipv4')
    throw new NotEmulated(`the address type ${addressType}`);
  if (ipv6SourceNat === 'on') throw new NotEmulated('IPv6 source NAT');
}

function typeOf(type: string | undefined): LoadBalancerType {
  if (type === undefined || type === 'application') return 'application';
  if (type === 'network') return 'network';
  if (type === 'gateway') throw new NotEmulated('gateway load balancers');
  throw invalid(`Load balancer type '${type}' is not valid`);
}

/** A repeated create returns what is there, unless the settings differ. */
function unchanged(
  record: LoadBalancerRecord,
  wanted: Pick<LoadBalancerRecord, 'type' | 'scheme' | 'groupIds'> & {
    readonly subnetIds: readonly string[];
  },
): LoadBalancerRecord {
  const same = (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...b].sort().join();
  const equal =
    record.type === wanted.type &&
    record.scheme === wanted.scheme &&
    same(
      record.nodes.map(({ subnetId }) => subnetId),
      wanted.subnetIds,
    ) &&
    (wanted.groupIds.length === 0 || same(record.groupIds, wanted.groupIds));
  if (equal) return record;
  throw new AwsError(
    'DuplicateLoadBalancerName',
    `A load balancer with the same name '${record.name}' exists, but with different settings`,
  );
}

function defaultGroup(elb: ElbContext, region: ElbRegion, vpcId: string): string[] {
  return [...elb.ec2.region(region.name).securityGroups.values()]
    .filter((group) => group.vpcId === vpcId && group.name === 'default')
    .map((group) => group.id);
}
