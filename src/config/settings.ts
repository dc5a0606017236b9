import { pins } from '../pins.ts';
import { preflightNames } from '../preflight/check-names.ts';
import { sampleNames, sampleSettings } from './sample-settings.ts';

/** One setting: every way to give it, what is accepted, and what it means. */
export interface Setting {
  /** Its key in lbc-setup.yaml. */
  readonly key: string;
  /** Its command-line flag, with the placeholder of its value. */
  readonly flag: string;
  /** Its environment variable. */
  readonly environment: string;
  readonly description: string;
  /** The flags of a group are shown together, and only where they matter. */
  readonly group?: 'samples';
  readonly default?: string;
  /** What the flag without a value stands for. */
  readonly preset?: string;
  /** Whether the flag may be given more than once; its values are joined by commas. */
  readonly repeatable?: boolean;
  /** What an acceptable value looks like. */
  readonly pattern: RegExp;
  /** The same in words, for the error message. */
  readonly accepts: string;
  /** How it may be written as a list in lbc-setup.yaml, too. */
  readonly list?: ListForm;
  /** What is wrong with a value that has the right form; undefined: nothing. */
  readonly problem?: (value: string) => string | undefined;
}

/** A value written as a YAML list. */
export interface ListForm {
  /** JSON schema of an item. */
  readonly items: object;
  /** The same value as a flag has it; a list that is wrong gives a text that is. */
  readonly text: (items: readonly unknown[]) => string;
}

/** A value that a flag has with commas. */
const commas = (item: RegExp): ListForm => ({
  items: { type: 'string', pattern: item.source },
  text: (items) => items.join(','),
});

/** A DNS label: what Kubernetes accepts as the name of a namespace or a Service (RFC 1123). */
const label = {
  pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  accepts: 'lower-case letters, digits and hyphens, at most 63',
};

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const range = `${octet}(\\.${octet}){3}/(3[0-2]|[12]?\\d)`;

/** IPv4 ranges: neither a cluster nor a load balancer made here has IPv6 addresses. */
const ranges = {
  pattern: new RegExp(`^${range}(,${range})*$`),
  accepts: 'IPv4 ranges such as 203.0.113.0/24, separated by commas',
  list: commas(new RegExp(`^${range}$`)),
  problem: (value: string) => {
    const loose = value.split(',').find((one) => networkOf(one) !== one);
    // EC2 stores the network; a controller that wants something else changes the rule back and forth.
    return loose && `${loose} is an address within a range; the range is ${networkOf(loose)}`;
  },
};

/** A range with the bits of the host set to zero. */
function networkOf(range: string): string {
  const [address = '', bits] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const network = number - (number % size);
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256);
  return `${bytes.join('.')}/${bits}`;
}

/**
 * Every setting of the tool. Flags, environment variables, the keys of lbc-setup.yaml and their documentation are all
 * made from this table.
 */
export const settings = {
  cluster: {
    key: 'cluster',
    flag: '--cluster <name>',
    environment: 'LBC_SETUP_CLUSTER',
    description: 'name of the EKS cluster',
    default: 'lbc-setup',
    // EKS CreateCluster accepts 100 characters; CloudFormation stack names made from it (eksctl-NAME-addon-…) do not.
    pattern: /^[a-zA-Z][-a-zA-Z0-9]{0,62}$/,
    accepts: 'a letter, then letters, digits and hyphens, at most 63',
  },
  region: {
    key: 'region',
    flag: '--region <region>',
    environment: 'LBC_SETUP_REGION',
    description: 'AWS region (default: the one of the AWS configuration)',
    pattern: /^[a-z]{2,4}(-[a-z]+)+-\d+$/,
    accepts: 'an AWS region code such as ap-northeast-1',
  },
  profile: {
    key: 'profile',
    flag: '--profile <name>',
    environment: 'LBC_SETUP_PROFILE',
    description: 'named profile of the AWS configuration',
    pattern: /^[^\s\p{Cc}-]\P{Cc}*$/u,
    accepts: 'the name of a profile in ~/.aws/config',
  },
  account: {
    key: 'account',
    flag: '--account <digits>',
    environment: 'LBC_SETUP_ACCOUNT',
    description: 'the AWS account to work in; credentials of another one are refused (default: any)',
    pattern: /^\d{12}$/,
    accepts: 'twelve digits',
  },
  kubernetesVersion: {
    key: 'kubernetesVersion',
    flag: '--kubernetes-version <version>',
    environment: 'LBC_SETUP_KUBERNETES_VERSION',
    description: 'Kubernetes minor version of a new cluster',
    default: pins.kubernetes,
    pattern: /^1\.\d{2}$/,
    accepts: 'a minor version such as 1.35',
  },
  policyName: {
    key: 'policyName',
    flag: '--policy-name <name>',
    environment: 'LBC_SETUP_POLICY_NAME',
    description: "name of the controller's IAM policy (default: made from cluster and region)",
    pattern: /^[\w+=,.@][\w+=,.@-]{0,127}$/,
    accepts: 'letters, digits and +=,.@_-, at most 128',
  },
  serviceAccount: {
    key: 'serviceAccount',
    flag: '--service-account <name>',
    environment: 'LBC_SETUP_SERVICE_ACCOUNT',
    description: "name of the controller's ServiceAccount in kube-system",
    default: 'aws-load-balancer-controller',
    ...label,
  },
  fargateProfile: {
    key: 'fargateProfile',
    flag: '--fargate-profile <name>',
    environment: 'LBC_SETUP_FARGATE_PROFILE',
    description: 'name of the Fargate profile of the samples',
    default: 'sample-app',
    pattern: /^[a-zA-Z0-9][-\w]{0,62}$/,
    accepts: 'letters, digits, hyphens and underscores, at most 63',
  },
  namespace: {
    key: 'namespace',
    flag: '--namespace <name>',
    environment: 'LBC_SETUP_NAMESPACE',
    description: 'namespace of the samples',
    default: 'sample',
    ...label,
  },
  ingressClass: {
    key: 'ingressClass',
    flag: '--ingress-class <name>',
    environment: 'LBC_SETUP_INGRESS_CLASS',
    description: 'name of the IngressClass of the samples',
    default: 'alb-ingress',
    ...label,
  },
  sampleImage: {
    key: 'sampleImage',
    flag: '--sample-image <image>',
    environment: 'LBC_SETUP_SAMPLE_IMAGE',
    description: 'container image of the samples; it must serve /hello and /health on port 5000',
    // facts of the sample: https://github.com/istio/istio/tree/master/samples/helloworld
    default: 'registry.istio.io/release/examples-helloworld-v1:1.0',
    pattern: /^[a-z0-9][\w./:@-]*$/,
    accepts: 'an image reference such as registry.example.com/app:1.0',
  },
  apiCidr: {
    key: 'apiCidr',
    flag: '--api-cidr <ranges>',
    environment: 'LBC_SETUP_API_CIDR',
    description:
      "who may reach the Kubernetes API of the cluster that lbc-setup makes; this machine's address must be among them (default: everybody)",
    ...ranges,
  },
  inboundCidr: {
    key: 'inboundCidr',
    flag: '--inbound-cidr <ranges>',
    environment: 'LBC_SETUP_INBOUND_CIDR',
    description: 'who may reach the load balancers of the samples (default: everybody)',
    ...ranges,
  },
  adminRoleArn: {
    key: 'adminRoleArn',
    flag: '--admin-role-arn <arn>',
    environment: 'LBC_SETUP_ADMIN_ROLE_ARN',
    description: 'another IAM role that gets full access to the cluster, for example to tear it down',
    pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
    accepts: 'the ARN of an IAM role, such as arn:aws:iam::111122223333:role/admin',
  },
  samples: {
    key: 'samples',
    flag: '--samples <list>',
    environment: 'LBC_SETUP_SAMPLES',
    description: `which samples are deployed and called, of ${sampleNames.join(', ')}`,
    group: 'samples',
    default: 'nlb,alb',
    pattern: new RegExp(`^(${sampleNames.join('|')})(,(${sampleNames.join('|')}))*$`),
    accepts: `names out of ${sampleNames.join(', ')}, separated by commas`,
    list: commas(new RegExp(`^(${sampleNames.join('|')})$`)),
  },
  ...sampleSettings,
  updateKubeconfig: {
    key: 'updateKubeconfig',
    flag: '--update-kubeconfig [how]',
    environment: 'LBC_SETUP_UPDATE_KUBECONFIG',
    description:
      'put the cluster into your own kubeconfig: merge (or no value) adds it, switch also makes it the current context; teardown takes it out again',
    default: 'no',
    preset: 'merge',
    pattern: /^(no|merge|switch)$/,
    accepts: 'no, merge or switch',
  },
  label: {
    key: 'label',
    flag: '--label <word>',
    environment: 'LBC_SETUP_LABEL',
    description: 'a word before the first line and the names in kubeconfigs, to tell environments apart',
    pattern: /^[a-zA-Z0-9][-\w]{0,31}$/,
    accepts: 'letters, digits, hyphens and underscores, at most 32',
  },
  mirror: {
    key: 'mirror',
    flag: '--mirror <url>',
    environment: 'LBC_SETUP_MIRROR',
    description: 'where tools and chart are downloaded from instead of their own sites: URL/HOST/PATH',
    pattern: /^https?:\/\/[\w.:[\]-]+(\/[\w./~%+-]*)?$/,
    accepts: 'a URL such as https://mirror.example.com/downloads',
  },
  skipPreflight: {
    key: 'skipPreflight',
    flag: '--skip-preflight <name>',
    environment: 'LBC_SETUP_SKIP_PREFLIGHT',
    description: `leave out what is looked at before a cluster is made, of ${preflightNames.join(', ')}; may be given more than once`,
    repeatable: true,
    pattern: new RegExp(`^(${preflightNames.join('|')})(,(${preflightNames.join('|')}))*$`),
    accepts: `names out of ${preflightNames.join(', ')}, separated by commas`,
    list: commas(new RegExp(`^(${preflightNames.join('|')})$`)),
  },
  timeout: {
    key: 'timeout',
    flag: '--timeout <duration>',
    environment: 'LBC_SETUP_TIMEOUT',
    description: "the longest that one step may take (default: each step's own, from 2 to 60 minutes)",
    pattern: /^[1-9]\d{0,4}[smh]$/,
    accepts: 'a number with s, m or h, such as 10m',
  },
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof settings;

/** The settings that are not made from others when absent. */
export type Values = { readonly [Key in SettingKey]?: string };
