import { commandLine } from '../command-line.ts';

/** What the AWS CLI calls the services (AWS CLI Command Reference), by the name of the SDK's client. */
const services: Readonly<Record<string, string>> = {
  EKSClient: 'eks',
  IAMClient: 'iam',
  CloudFormationClient: 'cloudformation',
  STSClient: 'sts',
  EC2Client: 'ec2',
  ElasticLoadBalancingV2Client: 'elbv2',
  ResourceGroupsTaggingAPIClient: 'resourcegroupstaggingapi',
  CloudWatchLogsClient: 'logs',
};

/** An operation of an SDK client. */
export interface AwsCall {
  /** `EKSClient` */
  readonly client: string;
  /** `CreateClusterCommand` */
  readonly command: string;
  readonly input: object;
}

/** `CreateOpenIDConnectProvider` as the AWS CLI spells it: `create-open-id-connect-provider`. */
const kebab = (operation: string): string =>
  operation
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase();

/** An AWS call as the AWS CLI would make it. Its JSON has the members of the SDK's input: both come from AWS's models. */
export function awsCommandLine(
  { client, command, input }: AwsCall,
  { region, profile }: { readonly region: string; readonly profile?: string },
): string {
  return commandLine([
    ...['aws', services[client] ?? client, kebab(command.replace(/Command$/, ''))],
    ...['--region', region, ...(profile ? ['--profile', profile] : [])],
    ...['--cli-input-json', JSON.stringify(input)],
  ]);
}
