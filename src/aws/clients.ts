import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, ResponseMetadata } from '@smithy/types';
import type { ReadCache } from '../read-cache.ts';
import type { Writes } from '../writes.ts';
import { awsCommandLine } from './command-line.ts';
import { type Identity, parseIdentity } from './identity.ts';
import type { Lasting } from './lifetime.ts';
import { transport } from './transport.ts';

/** The AWS services in use, all with the same region, credentials, proxy, retries and cancellation. */
export interface Aws {
  readonly eks: EKSClient;
  readonly iam: IAMClient;
  readonly cloudFormation: CloudFormationClient;
  readonly sts: STSClient;
  readonly ec2: EC2Client;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly tagging: ResourceGroupsTaggingAPIClient;
  readonly logs: CloudWatchLogsClient;
  readonly quotas: ServiceQuotasClient;
  /** For quotas of services that are global: they are kept in one region. */
  readonly globalQuotas: ServiceQuotasClient;
  /** Elastic Load Balancing as somebody else, whose ARN the log names. */
  elbAs(credentials: AwsCredentialIdentity, arn: string): ElasticLoadBalancingV2Client;
  /** Who the credentials belong to. */
  identity(): Promise<Identity>;
  /** The credentials themselves, as far as they tell how long they last. */
  credentials(): Promise<Lasting>;
  /** How many operations were sent so far, without retries. */
  calls(): number;
}

/** What the clients are made with. */
export interface AwsOptions {
  readonly region: string;
  readonly profile?: string;
  /** Remembers what was read; without it nothing is. */
  readonly reads?: ReadCache;
  readonly writes: Writes;
  readonly signal: AbortSignal;
  /** Is told of every operation that ended; inputs and answers are not in it. */
  readonly log: (call: AwsCall) => void;
}

/** An operation as it is logged. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  /** The HTTP status; undefined when no answer came. */
  readonly status?: number;
  readonly seconds: number;
  readonly attempts?: number;
  readonly error?: string;
  /** Who called, when it was not the user. */
  readonly as?: string;
}

const reads = /^(Describe|Get|List|Simulate)/;

/** Where the quotas of global services are (Service Quotas User Guide, "Viewing service quotas"). */
export const globalRegion = 'us-east-1';

/** Signing in changes nothing, but the credentials that it gives are not for remembering. */
const signsIn = /^AssumeRole/;

/** Makes the clients. Reads are remembered in `reads`; a write empties it. */
export function createAws(options: AwsOptions): Aws {
  let calls = 0;
  const shared = {
    region: options.region,
    profile: options.profile,
    retryMode: 'adaptive',
    // Creating a cluster reads for half an hour; a moment of throttling must not end it.
    maxAttempts: 8,
    requestHandler: transport(),
    customUserAgent: 'lbc-setup',
  };
  const prepare = <Client extends { middlewareStack: { add: CallableFunction }; send: CallableFunction }>(
    client: Client,
    as?: string,
  ): Client => {
    const send = client.send.bind(client);
    client.send = (command: unknown, sendOptions: object) =>
      send(command, { abortSignal: options.signal, ...sendOptions });
    client.middlewareStack.add(
      (next: Next, context: { clientName?: string; commandName?: string }) =>
        async (args: { input: object }) => {
          const name = context.commandName ?? '';
          const call = () => {
            calls++;
            return logged(
              (ended) => options.log({ ...ended, as }),
              context,
              () => next(args),
            );
          };
          if (reads.test(name)) {
            const key = `${as ?? ''} ${context.clientName} ${name} ${JSON.stringify(args.input)}`;
            return options.reads ? options.reads.read(key, call) : call();
          }
          if (signsIn.test(name)) return call();
          const write = async () => {
            try {
              return await call();
            } finally {
              options.reads?.clear();
            }
          };
          const { clientName: client = '' } = context;
          return options.writes.perform(
            () => awsCommandLine({ client, command: name, input: args.input }, options),
            write,
            { response: undefined, output: { $metadata: {} } },
          );
        },
      { step: 'initialize', name: 'remember-reads' },
    );
    return client;
  };
  const sts = prepare(new STSClient(shared));
  let identity: Promise<Identity> | undefined;
  return {
    eks: prepare(new EKSClient(shared)),
    iam: prepare(new IAMClient(shared)),
    cloudFormation: prepare(new CloudFormationClient(shared)),
    sts,
    ec2: prepare(new EC2Client(shared)),
    elb: prepare(new ElasticLoadBalancingV2Client(shared)),
    tagging: prepare(new ResourceGroupsTaggingAPIClient(shared)),
    logs: prepare(new CloudWatchLogsClient(shared)),
    quotas: prepare(new ServiceQuotasClient(shared)),
    globalQuotas: prepare(new ServiceQuotasClient({ ...shared, region: globalRegion })),
    elbAs: (credentials, arn) => prepare(new ElasticLoadBalancingV2Client({ ...shared, credentials }), arn),
    identity: () => {
      identity ??= sts.send(new GetCallerIdentityCommand({})).then(parseIdentity);
      return identity;
    },
    credentials: () => sts.config.credentials(),
    calls: () => calls,
  };
}

async function logged(
  log: AwsOptions['log'],
  { clientName = '', commandName = '' }: { clientName?: string; commandName?: string },
  call: () => Promise<unknown>,
): Promise<unknown> {
  const began = Date.now();
  const ended = (metadata: ResponseMetadata | undefined, error?: string) =>
    log({
      service: clientName.replace(/Client$/, ''),
      operation: commandName.replace(/Command$/, ''),
      status: metadata?.httpStatusCode,
      seconds: (Date.now() - began) / 1000,
      attempts: metadata?.attempts,
      error,
    });
  try {
    const answer = await call();
    ended((answer as { output?: { $metadata?: ResponseMetadata } }).output?.$metadata);
    return answer;
  } catch (error) {
    const { name, code, $metadata } = error as { name?: string; code?: string; $metadata?: ResponseMetadata };
    ended($metadata, code ?? name);
    throw error;
  }
}

type Next = (args: { input: object }) => Promise<unknown>;
