import {
  DescribeAvailabilityZonesCommand,
  type EC2Client,
  type Filter,
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
  type RouteTable,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { allPages } from '../aws/list.ts';
import { messageOf } from '../log.ts';
import { tagMap } from '../tracking.ts';

/** What a load balancer needs of its subnets. */
export interface SubnetNeeds {
  readonly type: 'network' | 'application';
  readonly scheme: string;
}

/** A choice of subnets by IDs or by tags, as IngressClassParams make it. */
export interface SubnetSelector {
  readonly ids?: readonly string[];
  readonly tags?: Readonly<Record<string, readonly string[]>>;
}

/** Finds the subnets of a load balancer. */
export interface SubnetResolver {
  /** By role tag, else by the way to the internet; one per zone. */
  discover(needs: SubnetNeeds): Promise<Subnet[]>;
  /** As users name them: IDs, or values of the tag Name. In the given order. */
  named(namesOrIds: readonly string[], needs: SubnetNeeds): Promise<Subnet[]>;
  selected(selector: SubnetSelector, needs: SubnetNeeds): Promise<Subnet[]>;
}

const roleTags: Readonly<Record<string, string>> = {
  internal: 'kubernetes.io/role/internal-elb',
  'internet-facing': 'kubernetes.io/role/elb',
};

/** Addresses that a subnet must have free. */
const minimumAddresses = 8;

const explain = (what: string, error: unknown): Error =>
  new Error(`${what}: ${messageOf(error)}`, { cause: error });

/** Makes the resolver (facts/lbc.md §4 and §5, "no usable subnet"; transcripts/lbc/f-subnets.txt). */
export function createSubnetResolver(ec2: EC2Client, vpcId: string, cluster: string): SubnetResolver {
  const zoneTypes = new Map<string, string>();
  const inVpc: Filter = { Name: 'vpc-id', Values: [vpcId] };

  const describe = (request: { Filters?: Filter[]; SubnetIds?: string[] }): Promise<Subnet[]> =>
    allPages(paginateDescribeSubnets({ client: ec2 }, request), (page) => page.Subnets);
  const byTags = (tags: Readonly<Record<string, readonly string[]>>): Promise<Subnet[]> =>
    describe({
      Filters: [
        inVpc,
        ...Object.entries(tags).map(([key, values]) => ({ Name: `tag:${key}`, Values: [...values] })),
      ],
    });
  const byReachability = async (isPublic: boolean): Promise<Subnet[]> => {
    const subnets = await describe({ Filters: [inVpc] });
    const tables = await allPages(
      paginateDescribeRouteTables({ client: ec2 }, { Filters: [inVpc] }),
      (page) => page.RouteTables,
    );
    return subnets.filter((subnet) => reachesInternet(subnet.SubnetId ?? '', tables) === isPublic);
  };
  const zoneType = async (subnet: Subnet): Promise<string> => {
    const zone = subnet.AvailabilityZoneId ?? '';
    const known = zoneTypes.get(zone);
    if (known !== undefined) return known;
    const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({ ZoneIds: [zone] }));
    const type = AvailabilityZones?.[0]?.ZoneType ?? 'availability-zone';
    zoneTypes.set(zone, type);
    return type;
  };
  const checkZones = async (subnets: readonly Subnet[], needs: SubnetNeeds): Promise<void> => {
    const types = new Set<string>();
    for (const subnet of subnets) types.add(await zoneType(subnet));
    if (types.size > 1) throw new Error(`subnets in multiple locales: [${[...types].sort().join(' ')}]`);
    const minimum = needs.type === 'application' && types.has('availability-zone') ? 2 : 1;
    if (subnets.length < minimum) {
      throw new Error(`subnets count less than minimal required count: ${subnets.length} < ${minimum}`);
    }
  };
  const onePerZone = async (subnets: readonly Subnet[], needs: SubnetNeeds): Promise<Subnet[]> => {
    const { eligible, foreign, full } = judge(subnets, cluster);
    const chosen = choosePerZone(eligible, cluster);
    if (chosen.length === 0) {
      throw new Error(
        `unable to resolve at least one subnet. Evaluated ${subnets.length} subnets: ${foreign} are tagged for other clusters, and ${full} have insufficient available IP addresses`,
      );
    }
    await checkZones(chosen, needs);
    return chosen;
  };
  const specified = async (subnets: Subnet[], needs: SubnetNeeds): Promise<Subnet[]> => {
    if (subnets.length === 0) throw new Error('unable to resolve at least one subnet');
    for (const [zone, inZone] of byZone(subnets)) {
      if (inZone.length < 2) continue;
      const ids = inZone.map((subnet) => subnet.SubnetId).join(' ');
      throw new Error(`multiple subnets in same Availability Zone ${zone}: [${ids}]`);
    }
    await checkZones(subnets, needs);
    return subnets;
  };
  const byIds = async (ids: readonly string[]): Promise<Subnet[]> => {
    const subnets = await describe({ SubnetIds: [...ids] });
    if (subnets.length === ids.length) return subnets;
    const found = subnets.map((subnet) => subnet.SubnetId).join(' ');
    throw new Error(`couldn't find all subnets, want: [${ids.join(' ')}], found: [${found}]`);
  };
  const byNames = async (names: readonly string[]): Promise<Subnet[]> => {
    const subnets = await describe({ Filters: [inVpc, { Name: 'tag:Name', Values: [...new Set(names)] }] });
    const there = new Set(subnets.map(nameOf));
    const missing = [...new Set(names)].filter((name) => !there.has(name));
    if (missing.length > 0)
      throw new Error(`couldn't find all subnets, missing names: [${missing.join(' ')}]`);
    return subnets.sort(bySubnetId);
  };
  const inOrder = async (namesOrIds: readonly string[]): Promise<Subnet[]> => {
    const isId = (each: string): boolean => each.startsWith('subnet-');
    const ids = namesOrIds.filter(isId);
    const names = namesOrIds.filter((each) => !isId(each));
    const pool = [
      ...(ids.length === 0 ? [] : await byIds(ids)),
      ...(names.length === 0 ? [] : await byNames(names)),
    ];
    return namesOrIds.map((wanted) => {
      const at = pool.findIndex((subnet) => (isId(wanted) ? subnet.SubnetId : nameOf(subnet)) === wanted);
      const [subnet] = at < 0 ? [] : pool.splice(at, 1);
      if (subnet === undefined) throw new Error(`subnet with Name tag not found: ${wanted}`);
      return subnet;
    });
  };

  return {
    async discover(needs) {
      const role = roleTags[needs.scheme] as string;
      let subnets = await byTags({ [role]: ['', '1'] }).catch((error) => {
        throw explain('failed to list subnets by role tag', error);
      });
      if (subnets.length === 0) {
        subnets = await byReachability(needs.scheme === 'internet-facing').catch((error) => {
          throw explain('failed to list subnets by reachability', error);
        });
      }
      return onePerZone(subnets, needs);
    },
    async named(namesOrIds, needs) {
      const subnets = await inOrder(namesOrIds).catch((error) => {
        throw explain('failed to list subnets by names or IDs', error);
      });
      return specified(subnets, needs);
    },
    async selected(selector, needs) {
      if (selector.ids !== undefined && selector.ids.length > 0) {
        const subnets = await byIds(selector.ids).catch((error) => {
          throw explain('failed to list subnets by IDs', error);
        });
        return specified(subnets, needs);
      }
      const subnets = await byTags(selector.tags ?? {}).catch((error) => {
        throw explain('failed to list subnets by tag filters', error);
      });
      return onePerZone(subnets, needs);
    },
  };
}

const nameOf = (subnet: Subnet): string => tagMap(subnet.Tags).Name ?? '';

const bySubnetId = (left: Subnet, right: Subnet): number =>
  (left.SubnetId ?? '') < (right.SubnetId ?? '') ? -1 : 1;

function byZone(subnets: readonly Subnet[]): Map<string, Subnet[]> {
  const zones = new Map<string, Subnet[]>();
  for (const subnet of subnets) {
    const zone = subnet.AvailabilityZone ?? '';
    zones.set(zone, [...(zones.get(zone) ?? []), subnet]);
  }
  return zones;
}

function reachesInternet(subnetId: string, tables: readonly RouteTable[]): boolean {
  const own = tables.find((table) => table.Associations?.some((each) => each.SubnetId === subnetId));
  const table = own ?? tables.find((each) => each.Associations?.some((association) => association.Main));
  return table?.Routes?.some((route) => route.GatewayId?.startsWith('igw')) ?? false;
}

function judge(
  subnets: readonly Subnet[],
  cluster: string,
): { eligible: Subnet[]; foreign: number; full: number } {
  const eligible: Subnet[] = [];
  let foreign = 0;
  let full = 0;
  for (const subnet of subnets) {
    const clusters = Object.keys(tagMap(subnet.Tags)).filter((key) =>
      key.startsWith('kubernetes.io/cluster'),
    );
    if (clusters.length > 0 && !clusters.includes(`kubernetes.io/cluster/${cluster}`)) foreign++;
    else if ((subnet.AvailableIpAddressCount ?? 0) < minimumAddresses) full++;
    else eligible.push(subnet);
  }
  return { eligible, foreign, full };
}

/** Those tagged for this cluster come first, then the order of IDs decides. */
function choosePerZone(subnets: readonly Subnet[], cluster: string): Subnet[] {
  const own = (subnet: Subnet): number =>
    tagMap(subnet.Tags)[`kubernetes.io/cluster/${cluster}`] === undefined ? 1 : 0;
  return [...byZone(subnets).values()]
    .map(
      (inZone) =>
        inZone.sort((left, right) => own(left) - own(right) || bySubnetId(left, right))[0] as Subnet,
    )
    .sort(bySubnetId);
}
