import { type Cluster, DescribeClusterCommand, DescribeClusterVersionsCommand } from '@aws-sdk/client-eks';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { loopbackEndpoint } from '../environment.ts';
import { Failure, wrap } from '../failure.ts';
import type { Session } from '../session.ts';
import { type AwsClients, createClients } from './clients.ts';

/** The signed-in caller in one region. */
export interface Provider {
  readonly clients: AwsClients;
  readonly region: string;
  readonly callerArn: string;
  readonly account: string;
  readonly partition: string;
}

/** The Kubernetes version of a config without one: a constant of the release (facts/eksctl.md §3). */
const defaultVersion = '1.34';

/** Signs in: the first call of every command. Throws Failure (transcripts/eksctl/f4, f5, f6, f15). */
export async function openProvider(session: Session, region: string | undefined): Promise<Provider> {
  const { env } = session.host;
  if (region === undefined || region === '')
    throw new Failure(
      'AWS Region must be set, please set the AWS Region in AWS config file or as environment variable',
    );
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const clients = createClients({
    region,
    endpoint: loopbackEndpoint(env),
    credentials:
      accessKeyId && secretAccessKey
        ? { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN }
        : undefined,
    speed: session.environment.speed,
    log: session.log,
  });
  const identity = await clients.sts.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
    throw wrap('checking AWS STS access – cannot get role ARN for current session', error);
  });
  const callerArn = identity.Arn ?? '';
  session.log.debug(`role ARN for the current session is "${callerArn}"`);
  return {
    clients,
    region,
    callerArn,
    account: identity.Account ?? '',
    partition: callerArn.split(':')[1] ?? 'aws',
  };
}

const minor = (version: string): number => Number(version.split('.')[1]);

/** The Kubernetes versions that EKS offers, ascending. Throws Failure (transcripts/eksctl/f18-deny-versions.txt). */
export async function supportedVersions({ clients }: Provider): Promise<string[]> {
  const versions: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await clients.eks
      .send(new DescribeClusterVersionsCommand({ nextToken }))
      .catch((error: unknown) => {
        throw wrap('describing cluster versions', error);
      });
    versions.push(...(page.clusterVersions ?? []).map(({ clusterVersion = '' }) => clusterVersion));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return versions.sort((a, b) => minor(a) - minor(b));
}

/** Settles the version of a new cluster. Throws Failure (transcripts/eksctl/a5-dryrun-1.21.txt, a24-v136.txt). */
export function resolveVersion(requested: string | undefined, supported: readonly string[]): string {
  if (requested === undefined || requested === '') return defaultVersion;
  if (supported.includes(requested)) return requested;
  const values = `supported values: ${supported.join(', ')}`;
  const oldest = supported[0];
  if (oldest !== undefined && minor(requested) < minor(oldest))
    throw new Failure(
      `resolving cluster version: invalid version, ${requested} is no longer supported, ${values}\n` +
        'see also: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html',
    );
  throw new Failure(`resolving cluster version: invalid version, ${values}`);
}

/** Describes the control plane. Throws Failure `unable to describe cluster control plane: …`. */
export async function describeCluster({ clients }: Provider, name: string): Promise<Cluster> {
  const { cluster } = await clients.eks.send(new DescribeClusterCommand({ name })).catch((error: unknown) => {
    throw wrap('unable to describe cluster control plane', error);
  });
  if (cluster === undefined)
    throw new Failure('unable to describe cluster control plane: no cluster in the answer');
  return cluster;
}
