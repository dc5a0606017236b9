import {
  CloudFormationClient,
  CreateStackCommand,
  type CreateStackCommandInput,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import { createCloudFormation } from '../../../sandbox/aws/cloudformation/cloudformation.ts';
import { createEc2 } from '../../../sandbox/aws/ec2/ec2.ts';
import { createEks } from '../../../sandbox/aws/eks/eks.ts';
import { createIam } from '../../../sandbox/aws/iam/iam.ts';
import { createLogs } from '../../../sandbox/aws/logs.ts';
import { createAwsCloud } from '../../../sandbox/aws/server.ts';
import { createClock } from '../../../sandbox/clock.ts';
import { createFaultList } from '../../../sandbox/faults.ts';
import { createKubernetesHost } from '../../../sandbox/kubernetes/host.ts';
import { createPodNetwork } from '../../../sandbox/kubernetes/network.ts';
import { createCertificateAuthority } from '../../../sandbox/pki.ts';
import { createRandom } from '../../../sandbox/random.ts';
import { createRecorder } from '../../../sandbox/record.ts';
import type { World } from '../../../sandbox/world.ts';

const administrator = {
  accessKeyId: 'AKIAREHEARSAL0000001',
  secretAccessKey: 'not-a-secret',
  userName: 'administrator',
};
export const region = 'ap-northeast-1';

/** An emulated AWS with CloudFormation, EKS and what they stand on, and real SDK clients for it. */
export async function startStacks(options: { pageSize?: number; speed?: number } = {}) {
  const world = {
    clock: createClock(options.speed ?? 2000),
    random: createRandom(11),
    record: createRecorder(),
    faults: createFaultList(),
    account: '123456789012',
    partition: 'aws',
    region,
    pageSize: options.pageSize,
    authority: await createCertificateAuthority('test authority'),
    network: createPodNetwork(),
  } as { -readonly [K in keyof World]: World[K] };
  const iam = createIam(world, administrator);
  const ec2 = createEc2(world);
  const eks = createEks(world, { ec2, iam });
  world.kubernetes = createKubernetesHost(world);
  const cloud = await createAwsCloud(world, [iam, ec2, eks, createLogs(world), createCloudFormation(world)]);
  world.aws = cloud;
  const config = { endpoint: cloud.endpoint, region, credentials: administrator, maxAttempts: 1 };
  return {
    world: world as World,
    ec2,
    service: eks,
    config,
    cloudFormation: new CloudFormationClient(config),
    eks: new EKSClient(config),
    ec2Client: new EC2Client(config),
    iamClient: new IAMClient(config),
    async stop() {
      await world.kubernetes.stopAll();
      await cloud.close();
    },
  };
}

export type Stacks = Awaited<ReturnType<typeof startStacks>>;

/** Creates a stack from a template; returns its id. */
export async function createStack(
  { cloudFormation }: Stacks,
  name: string,
  template: object | string,
  input: Partial<CreateStackCommandInput> = {},
): Promise<string> {
  const TemplateBody = typeof template === 'string' ? template : JSON.stringify(template);
  const command = new CreateStackCommand({
    StackName: name,
    TemplateBody,
    Capabilities: ['CAPABILITY_IAM'],
    ...input,
  });
  return (await cloudFormation.send(command)).StackId ?? '';
}

export async function describeStack({ cloudFormation }: Stacks, name: string): Promise<Stack> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
  const stack = Stacks?.[0];
  if (!stack) throw new Error(`no stack ${name}`);
  return stack;
}

/** Waits until a stack has the status, and returns it. */
export async function stackReaches(stacks: Stacks, name: string, status: string): Promise<Stack> {
  const settled = /^(CREATE|DELETE|ROLLBACK)_(COMPLETE|FAILED)$/;
  await expect
    .poll(async () => (await describeStack(stacks, name)).StackStatus, { timeout: 8000, interval: 15 })
    .toMatch(settled);
  const stack = await describeStack(stacks, name);
  expect(
    stack.StackStatus,
    (await stackEvents(stacks, name)).map((e) => e.ResourceStatusReason).join('\n'),
  ).toBe(status);
  return stack;
}

/** All events of a stack, newest first. */
export async function stackEvents({ cloudFormation }: Stacks, name: string): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: name, NextToken }));
    events.push(...(page.StackEvents ?? []));
    NextToken = page.NextToken;
    if (!NextToken) return events;
  }
}

/** The outputs as a plain object. */
export const outputsOf = (stack: Stack): Record<string, string> =>
  Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
