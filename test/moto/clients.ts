import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { STSClient } from '@aws-sdk/client-sts';

/** What one call gave. */
export interface Answer {
  /** `iam:CreatePolicy` */
  readonly operation: string;
  readonly output?: object;
  /** The code of the error that was answered instead. */
  readonly error?: string;
  readonly message?: string;
}

/** Where an emulated AWS is and who is allowed everything there. */
export interface Endpoint {
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** SDK clients of one emulated AWS. Every call is written down, with its answer, unless it is made `quietly`. */
export interface Aws {
  readonly answers: readonly Answer[];
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly ec2: EC2Client;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly cloudFormation: CloudFormationClient;
  readonly eks: EKSClient;
  readonly logs: CloudWatchLogsClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
  /** Does what both do in a number of calls of their own, such as waiting. */
  quietly<T>(work: () => Promise<T>): Promise<T>;
}

export function connect({ url, region, accessKeyId, secretAccessKey }: Endpoint): Aws {
  const answers: Answer[] = [];
  let quiet = false;
  const config = { endpoint: url, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };

  /** All clients have this, each with its own types. */
  interface Recordable {
    readonly middlewareStack: {
      add(
        middleware: (
          next: (args: never) => Promise<{ output: object; response: unknown }>,
          context: { commandName?: string },
        ) => (args: never) => Promise<{ output: object; response: unknown }>,
        options: { step: 'initialize'; name: string },
      ): void;
    };
  }
  const recorded = <C extends object>(service: string, client: C): C => {
    (client as Recordable).middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const operation = `${service}:${commandName.replace(/Command$/, '')}`;
          try {
            const result = await next(args);
            if (!quiet) answers.push({ operation, output: result.output });
            return result;
          } catch (error) {
            const { name, message } = error as Error;
            if (!quiet) answers.push({ operation, error: name, message });
            throw error;
          }
        },
      { step: 'initialize', name: 'record' },
    );
    return client;
  };

  return {
    answers,
    sts: recorded('sts', new STSClient(config)),
    iam: recorded('iam', new IAMClient(config)),
    ec2: recorded('ec2', new EC2Client(config)),
    elb: recorded('elbv2', new ElasticLoadBalancingV2Client(config)),
    cloudFormation: recorded('cloudformation', new CloudFormationClient(config)),
    eks: recorded('eks', new EKSClient(config)),
    logs: recorded('logs', new CloudWatchLogsClient(config)),
    tagging: recorded('tagging', new ResourceGroupsTaggingAPIClient(config)),
    async quietly(work) {
      quiet = true;
      try {
        return await work();
      } finally {
        quiet = false;
      }
    },
  };
}
