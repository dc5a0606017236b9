import type { Stack } from '@aws-sdk/client-cloudformation';
import { DescribeSubnetsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { Failure } from '../failure.ts';
import type { AwsClients } from './clients.ts';
import { outputOf, requireOutput } from './stacks.ts';

/** Reads the subnets and the VPC that a cluster stack names, as eksctl does before it goes on. Throws Failure. */
export async function importNetwork({ ec2 }: AwsClients, stack: Stack): Promise<void> {
  const vpcId = requireOutput(stack, 'VPC');
  for (const output of ['SubnetsPrivate', 'SubnetsPublic']) {
    const ids = (outputOf(stack, output) ?? '').split(',').filter(Boolean);
    if (ids.length === 0) continue;
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: ids }));
    const elsewhere = Subnets.find((subnet) => subnet.VpcId !== vpcId);
    if (elsewhere !== undefined)
      throw new Failure(`given ${elsewhere.SubnetId} is in ${elsewhere.VpcId}, not in ${vpcId}`);
    await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
  }
}
