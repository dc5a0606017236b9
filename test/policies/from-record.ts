import type { AskedPermission, RecordedCall } from '../../sandbox/record.ts';
import type { CommandWithPolicy } from './committed.ts';

/** A policy document as docs/iam has them. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

interface PolicyStatement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, string | readonly string[]>> };
}

/** What is in the record and gets a placeholder in the policy. */
export interface Names {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
}

/** The names of things that end in what AWS, CloudFormation or EKS draws, by service. */
const drawn: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  ec2: [[/\/.+$/, '/*']],
  elasticloadbalancing: [[/\/.+$/, '/*']],
  eks: [[/^([a-z-]+)\/CLUSTER\/.+$/, '$1/CLUSTER/*']],
  iam: [
    [/^role\/eksctl-CLUSTER-.+$/, 'role/eksctl-CLUSTER-*'],
    [/\/id\/.+$/, '/id/*'],
  ],
  cloudformation: [[/^stack\/eksctl-CLUSTER-.+$/, 'stack/eksctl-CLUSTER-*']],
  logs: [[/^(log-group:\/lbc-setup\/CLUSTER\/lock\/).+$/, '$1*']],
};

/** Actions that take something away: those whose every resource had our mark are allowed on what has it, only. */
const takesAway = /^(ec2|elasticloadbalancing):(Delete|Release|Revoke|Detach|Deregister)/;

const markKey = 'lbc-setup/cluster';

/** An ARN with placeholders for the names, and wildcards for what is drawn. */
function generalise(arn: string, { account, region, cluster }: Names): string {
  if (arn === '*') return arn;
  const [, , service = '', place, owner, ...rest] = arn.split(':');
  const named = rest.join(':').replaceAll(cluster, 'CLUSTER').replaceAll(region, 'REGION');
  const name = (drawn[service] ?? []).reduce((text, [pattern, by]) => text.replace(pattern, by), named);
  return ['arn:aws', service, place && 'REGION', owner === account ? 'ACCOUNT' : owner, name].join(':');
}

/** The conditions that hold for everything that was asked about one action. */
function conditionsOf(asked: readonly AskedPermission[], names: Names): PolicyStatement['Condition'] {
  const condition: Record<string, string | string[]> = {};
  const [first] = asked;
  for (const key of Object.keys(first?.conditions ?? {})) {
    const values = asked.map(({ conditions }) => conditions[key]);
    const known = values.filter((value) => value !== undefined);
    const general = known.map((value) => (value.startsWith('arn:') ? generalise(value, names) : value));
    if (known.length === values.length) condition[key] = [...new Set(general)].sort();
  }
  if (first && takesAway.test(first.action) && asked.every(({ tags }) => tags?.[markKey] === names.cluster))
    condition[`aws:ResourceTag/${markKey}`] = 'CLUSTER';
  return Object.keys(condition).length > 0 ? { StringEquals: condition } : undefined;
}

/**
 * What IAM was asked for a role, in the order of the calls. What it may know of itself is left out: preflight has its
 * permissions simulated where it is allowed to, and goes on where not.
 */
export const askedFor = (record: readonly RecordedCall[], role: string): AskedPermission[] =>
  record.flatMap(({ asked = [] }) => asked.filter((one) => one.role === role && one.resource !== role));

const none = /^$/;

/** What a command asks for and can do without, by whether it then says so. */
export const dispensable: Readonly<
  Record<CommandWithPolicy, { readonly told: RegExp; readonly untold: RegExp }>
> = {
  up: {
    // The lock that is left is in nobody's way for long.
    told: /^logs:DeleteLogGroup$/,
    // What only preflight looks at: then it does not know.
    untold: /^(servicequotas:.*|ec2:Describe(InternetGateways|Regions)|iam:ListOpenIDConnectProviders)$/,
  },
  status: { told: none, untold: none },
  verify: { told: none, untold: none },
  teardown: {
    // And whether a load balancer is protected from deletion, which shows when it is deleted.
    told: /^(logs:DeleteLogGroup|elasticloadbalancing:Describe(Tags|LoadBalancerAttributes))$/,
    // What eksctl looks at before it deletes the cluster's stack; what it leaves undone is done after it.
    untold: /^(ec2:DescribeKeyPairs|eks:ListFargateProfiles)$/,
  },
};

const stack = 'arn:aws:cloudformation:REGION:ACCOUNT:stack/eksctl-CLUSTER-cluster/*';
const addon = 'arn:aws:eks:REGION:ACCOUNT:addon/CLUSTER/*';

/**
 * What a command asks only when things are slow: the tests' rehearsal is too quick for it at times, AWS never is. By
 * command: action and resource, with the placeholders.
 */
export const askedWhenSlow: Readonly<
  Record<CommandWithPolicy, readonly (readonly [action: string, resource: string])[]>
> = {
  // How far a stack is, what became of it; and eksctl updates an add-on that is still being made.
  up: [
    ['cloudformation:DescribeStackEvents', stack],
    ['cloudformation:GetTemplate', stack],
    ['cloudformation:ListStackResources', stack],
    ['eks:UpdateAddon', addon],
  ],
  status: [],
  verify: [],
  // How far a stack is, and why it cannot be deleted.
  teardown: [
    ['cloudformation:DescribeStackEvents', stack],
    ['cloudformation:GetTemplate', stack],
    ['cloudformation:ListStackResources', stack],
  ],
};

/** That as if it was asked. */
export const slowlyAsked = (command: CommandWithPolicy, names: Names): AskedPermission[] =>
  askedWhenSlow[command].map(([action, resource]) => ({
    role: '',
    action,
    resource: fillIn(resource, names),
    conditions: {},
  }));

/** The policy that allows what was asked and no more than its placeholders and wildcards say. */
export function policyFor(asked: readonly AskedPermission[], names: Names): PolicyDocument {
  const statements = new Map<string, PolicyStatement & { Action: string[] }>();
  for (const action of [...new Set(asked.map((one) => one.action))].sort()) {
    const about = asked.filter((one) => one.action === action);
    const resources = [...new Set(about.map(({ resource }) => generalise(resource, names)))].sort();
    const Resource = resources.includes('*') ? ['*'] : resources;
    const Condition = conditionsOf(about, names);
    const key = JSON.stringify([Resource, Condition]);
    const statement = statements.get(key) ?? { Effect: 'Allow', Action: [], Resource, Condition };
    statement.Action.push(action);
    statements.set(key, statement);
  }
  return { Version: '2012-10-17', Statement: [...statements.values()] };
}

/** In what a policy and the record of its command differ, in words: what is asked and not allowed, and the reverse. */
export function differences(
  policy: PolicyDocument,
  command: CommandWithPolicy,
  asked: readonly AskedPermission[],
  names: Names,
): string[] {
  const pairs = ({ Statement }: PolicyDocument): string[] =>
    Statement.flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((on) => `${action} on ${on}`)),
    );
  const allowed = new Set(pairs(policy));
  const slow = new Set(askedWhenSlow[command].map(([action]) => action));
  const used = new Set(asked.map(({ action }) => action));
  return [
    ...pairs(policyFor(asked, names))
      .filter((pair) => !allowed.has(pair))
      .map((pair) => `asked and not allowed: ${pair}`),
    ...policy.Statement.flatMap(({ Action }) => Action)
      .filter((action) => !used.has(action) && !slow.has(action))
      .map((action) => `allowed and not asked: ${action}`),
  ];
}

/** A policy of docs/iam with the placeholders filled in, as its reader does with sed. */
export const fillIn = (policy: string, { account, region, cluster }: Names): string =>
  policy.replaceAll('ACCOUNT', account).replaceAll('REGION', region).replaceAll('CLUSTER', cluster);

/** A policy without one action; a statement that has no other goes with it. */
export const without = (policy: PolicyDocument, action: string): PolicyDocument => ({
  ...policy,
  Statement: policy.Statement.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((one) => one !== action),
  })).filter(({ Action }) => Action.length > 0),
});
