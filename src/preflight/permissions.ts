import { GetRoleCommand, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { stackNames } from '../aws/stacks.ts';
import type { Context } from '../context.ts';
import { lockPrefix } from '../lock/lock-groups.ts';
import type { PreflightCheck } from './check.ts';

/**
 * The actions without which nothing comes of a cluster, by what they are done to. CloudFormation makes the cluster's
 * network and roles with the permissions of who asks it to (https://eksctl.io/usage/minimum-iam-policies/).
 */
function needed({ config, account, partition }: Place): readonly (readonly [string, readonly string[]])[] {
  const { region, cluster } = config;
  const arn = (service: string, rest: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const iam = (rest: string): string => `arn:${partition}:iam::${account}:${rest}`;
  return [
    [
      arn('cloudformation', `stack/${stackNames.cluster(cluster)}/*`),
      ['cloudformation:CreateStack', 'cloudformation:DescribeStacks', 'cloudformation:DescribeStackEvents'],
    ],
    [
      arn('eks', `cluster/${cluster}`),
      [
        'eks:CreateCluster',
        'eks:DescribeCluster',
        'eks:CreateAddon',
        'eks:CreateFargateProfile',
        'eks:TagResource',
      ],
    ],
    [
      iam(`role/eksctl-${cluster}-cluster`),
      ['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:PassRole', 'iam:TagRole'],
    ],
    [iam(`policy/${config.policyName}`), ['iam:CreatePolicy', 'iam:TagPolicy']],
    [
      iam(`oidc-provider/oidc.eks.${region}.amazonaws.com/id/*`),
      ['iam:CreateOpenIDConnectProvider', 'iam:TagOpenIDConnectProvider'],
    ],
    [arn('logs', `log-group:${lockPrefix(config)}1:*`), ['logs:CreateLogGroup', 'logs:DeleteLogGroup']],
    [arn('ec2', 'vpc/*'), ['ec2:CreateVpc', 'ec2:CreateTags']],
    [arn('ec2', 'subnet/*'), ['ec2:CreateSubnet']],
    [arn('ec2', 'internet-gateway/*'), ['ec2:CreateInternetGateway']],
    [arn('ec2', 'natgateway/*'), ['ec2:CreateNatGateway']],
    [arn('ec2', 'elastic-ip/*'), ['ec2:AllocateAddress']],
    [arn('ec2', 'route-table/*'), ['ec2:CreateRouteTable', 'ec2:CreateRoute']],
    [arn('ec2', 'security-group/*'), ['ec2:CreateSecurityGroup']],
  ];
}

interface Place {
  readonly config: Context['config'];
  readonly account: string;
  readonly partition: string;
}

/** Whether the identity may do what is needed, as IAM's simulator judges it. */
export const permissionsCheck: PreflightCheck = {
  name: 'permissions',
  title: 'the credentials lack permissions that a cluster needs',
  async check(context) {
    const { account, partition } = await context.aws.identity();
    const source = await principal(context);
    if (source === undefined) return [];
    const simulated = await Promise.all(
      needed({ config: context.config, account, partition }).map(([resource, actions]) =>
        findDenied(context, source, resource, actions),
      ),
    );
    const denied = simulated.flat();
    if (denied.length === 0) return [];
    return [
      {
        evidence: `${source} may not: ${denied.join(', ')}`,
        fix: `have these allowed; if they are, under conditions that IAM's simulator does not know: --skip-preflight permissions`,
      },
    ];
  },
};

/** Whose policies are judged: a session has those of its role, whose ARN has a path. The root user may do everything. */
async function principal({ aws }: Context): Promise<string | undefined> {
  const { arn } = await aws.identity();
  if (arn.endsWith(':root')) return undefined;
  const [, RoleName] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (!RoleName) return arn;
  return (await aws.iam.send(new GetRoleCommand({ RoleName }))).Role?.Arn;
}

/** What is refused, in the order asked; where the answer hangs on values that only the real call has, nothing is known. */
async function findDenied(
  { aws }: Context,
  PolicySourceArn: string,
  resource: string,
  actions: readonly string[],
): Promise<string[]> {
  const denied = new Set<string>();
  const pages = paginateSimulatePrincipalPolicy(
    { client: aws.iam },
    { PolicySourceArn, ActionNames: [...actions], ResourceArns: [resource] },
  );
  for await (const { EvaluationResults = [] } of pages) {
    for (const { EvalActionName = '', EvalDecision, MissingContextValues = [] } of EvaluationResults)
      if (EvalDecision !== 'allowed' && MissingContextValues.length === 0) denied.add(EvalActionName);
  }
  return actions.filter((action) => denied.has(action));
}
