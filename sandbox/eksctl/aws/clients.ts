import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import type { HandlerExecutionContext, HttpRequest, Pluggable } from '@smithy/types';
import type { Logger } from '../log.ts';
import { explain, type SentRequest } from './errors.ts';
import { maxAttempts, RetryStrategy } from './retries.ts';

/** The AWS services that eksctl calls. Their errors read as eksctl prints them. */
export interface AwsClients {
  readonly region: string;
  readonly endpoint: string;
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly eks: EKSClient;
  readonly cloudFormation: CloudFormationClient;
  readonly ec2: EC2Client;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
}

export interface ClientOptions {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly speed: number;
  readonly log: Logger;
}

const serviceIds: Readonly<Record<string, string>> = {
  CloudFormationClient: 'CloudFormation',
  EC2Client: 'EC2',
  EKSClient: 'EKS',
  ElasticLoadBalancingV2Client: 'Elastic Load Balancing v2',
  IAMClient: 'IAM',
  STSClient: 'STS',
};

const urlOf = (request: HttpRequest): string =>
  `${request.protocol}//${request.hostname}${request.port === undefined ? '' : `:${request.port}`}${request.path}`;

/** Rephrases a client's errors; for the ones of the connection it needs the request. */
const explainErrors: Pluggable<object, object> = {
  applyToStack(stack) {
    const requests = new WeakMap<HandlerExecutionContext, HttpRequest>();
    stack.add(
      (next, context) => async (args) => {
        try {
          return await next(args);
        } catch (error) {
          const request = requests.get(context);
          const sent: SentRequest = {
            service: serviceIds[context.clientName ?? ''] ?? `${context.clientName}`,
            operation: `${context.commandName}`.replace(/Command$/, ''),
            method: request?.method ?? 'POST',
            url: request === undefined ? '' : urlOf(request),
          };
          throw explain(error, sent, maxAttempts);
        }
      },
      { step: 'initialize', priority: 'high', name: 'explainErrors' },
    );
    stack.add(
      (next, context) => async (args) => {
        requests.set(context, args.request as HttpRequest);
        return next(args);
      },
      { step: 'build', name: 'rememberRequest' },
    );
  },
};

/** Makes the clients of one run. */
export function createClients(options: ClientOptions): AwsClients {
  const { region, endpoint, credentials, log } = options;
  const shared = {
    region,
    endpoint,
    maxAttempts,
    retryStrategy: new RetryStrategy(options.speed),
    ...(credentials === undefined ? {} : { credentials }),
  };
  const make = <T extends { middlewareStack: { use(plugin: never): void } }>(name: string, client: T): T => {
    client.middlewareStack.use(explainErrors as never);
    log.debug(`Setting ${name} endpoint to ${endpoint}`);
    return client;
  };
  return {
    region,
    endpoint,
    sts: make('STS', new STSClient(shared)),
    iam: make('IAM', new IAMClient(shared)),
    eks: make('EKS', new EKSClient(shared)),
    cloudFormation: make('CloudFormation', new CloudFormationClient(shared)),
    ec2: make('EC2', new EC2Client(shared)),
    loadBalancing: make('Elastic Load Balancing v2', new ElasticLoadBalancingV2Client(shared)),
  };
}
