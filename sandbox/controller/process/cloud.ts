import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import type { ProgramContext } from '../../kubernetes/programs/program.ts';
import { type AwsClients, createAwsClients } from '../aws/clients.ts';
import { podCredentials } from '../aws/credentials.ts';
import { metadataFailure } from '../aws/instance-metadata.ts';
import { messageOf } from '../log.ts';
import type { ControllerConfig } from './config.ts';

/** Where the controller works. */
export interface CloudContext {
  readonly vpcId: string;
  readonly aws: AwsClients;
}

/**
 * Finds out region and VPC and makes the AWS clients. With both on the command line no AWS call is made, so that a
 * controller without any permission starts as well (facts/lbc.md §4). Throws the crash texts of §5 otherwise.
 */
export async function initializeCloud(
  context: ProgramContext,
  config: ControllerConfig,
): Promise<CloudContext> {
  const region = config.region ?? (await regionOfEnvironment(context));
  const { maxAttempts } = config;
  const credentials = podCredentials(context, region, maxAttempts);
  const { endpoint } = context.world.aws;
  const aws = createAwsClients(endpoint, region, credentials, maxAttempts, context.signal);
  try {
    return { vpcId: config.vpcId ?? (await findVpc(context, config, aws)), aws };
  } catch (error) {
    aws.destroy();
    throw new Error(`failed to get VPC ID: ${messageOf(error)}`, { cause: error });
  }
}

async function regionOfEnvironment(context: ProgramContext): Promise<string> {
  const named = context.env.AWS_DEFAULT_REGION || context.env.AWS_REGION;
  if (named) return named;
  const cause = await metadataFailure(context, 'GetRegion');
  throw new Error(
    `failed to introspect region from EC2Metadata, specify --aws-region instead if EC2Metadata is unavailable: ${cause}`,
  );
}

async function findVpc(context: ProgramContext, config: ControllerConfig, aws: AwsClients): Promise<string> {
  const tags = Object.entries(config.vpcTags).sort(([left], [right]) => (left < right ? -1 : 1));
  if (tags.length === 0) {
    const cause = await metadataFailure(context, 'GetMetadata');
    throw new Error(
      `failed to fetch VPC ID from instance metadata: error in fetching vpc id through ec2 metadata: get mac metadata: ${cause}`,
    );
  }
  const filters = tags.map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  const { Vpcs = [] } = await aws.ec2.send(new DescribeVpcsCommand({ Filters: filters }));
  const [vpc] = Vpcs;
  const told = `map[${tags.map(([key, value]) => `${key}:${value}`).join(' ')}]`;
  if (vpc?.VpcId === undefined) throw new Error(`no VPC exists with tags ${told}`);
  if (Vpcs.length > 1) throw new Error(`multiple VPCs exist with tags ${told}`);
  return vpc.VpcId;
}
