import { BlockList } from 'node:net';
import { DescribeVpcsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { Clock } from '../../clock.ts';
import { createExpiringCache } from '../time.ts';

const cacheSeconds = 600;

/** Makes the test whether an IPv4 address lies in a VPC's ranges, which are remembered for 10 minutes. */
export function createVpcRanges(
  ec2: EC2Client,
  clock: Clock,
): (vpcId: string) => Promise<(address: string) => boolean> {
  const cache = createExpiringCache<BlockList>(clock, cacheSeconds);
  const fetch = async (vpcId: string): Promise<BlockList> => {
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
    const ranges = new BlockList();
    for (const { CidrBlock, CidrBlockState } of Vpcs?.[0]?.CidrBlockAssociationSet ?? []) {
      const [network, bits] = (CidrBlock ?? '').split('/');
      if (CidrBlockState?.State !== 'associated' || network === undefined) continue;
      ranges.addSubnet(network, Number(bits), 'ipv4');
    }
    cache.set(vpcId, ranges);
    return ranges;
  };
  return async (vpcId) => {
    const ranges = cache.get(vpcId) ?? (await fetch(vpcId));
    return (address) => ranges.check(address);
  };
}
