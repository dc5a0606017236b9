import type { Setting } from './settings.ts';

/** The samples, by the names that the command line knows them by. */
export const sampleNames = ['nlb', 'alb', 'tgb'] as const;

export type SampleName = (typeof sampleNames)[number];

/** The samples whose load balancer the controller makes, from annotations. */
export type AnnotatedSample = 'nlb' | 'alb';

/** A setting that becomes an annotation of a sample. */
export interface SampleSetting extends Setting {
  readonly group: 'samples';
  readonly sample: AnnotatedSample;
  /** The annotation's name. */
  readonly annotation: string;
  /** The controller takes the value in capitals only. */
  readonly capitals?: true;
}

/** One of a few words. */
const oneOf = (...values: readonly string[]): Pick<Setting, 'pattern' | 'accepts'> => ({
  pattern: new RegExp(`^(${values.join('|')})$`),
  accepts: values.length === 1 ? `only ${values[0]}` : `one of ${values.join(', ')}`,
});

const portNumber = '([1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';
const listenPort = `\\{\\s*"HTTPS?"\\s*:\\s*${portNumber}\\s*\\}`;

/** One entry of a list of ports as JSON; the numbers of a configuration file arrive as text. */
const listener = (entry: unknown): string =>
  `{${Object.entries(entry ?? {})
    .map(([protocol, port]) => `"${protocol}": ${port}`)
    .join(', ')}}`;

const scheme = { default: 'internet-facing', ...oneOf('internal', 'internet-facing') } as const;

const healthcheckPort = {
  default: 'traffic-port',
  pattern: new RegExp(`^(traffic-port|${portNumber})$`),
  accepts: 'traffic-port or a port from 1 to 65535',
} as const;

/** CreateTargetGroup (ELB API reference) takes a path of 1 to 1024 characters. */
const healthcheckPath = {
  pattern: /^\/[!-~]{0,1023}$/,
  accepts: 'a path that begins with /, without blanks, at most 1024 characters',
} as const;

const nlb = { group: 'samples', sample: 'nlb' } as const;
const alb = { group: 'samples', sample: 'alb' } as const;
const onService = 'service.beta.kubernetes.io/aws-load-balancer';
const onIngress = 'alb.ingress.kubernetes.io';

/**
 * The walkthrough's two tables of annotations. The controller refuses no value of them: a wrong one shows in an Event,
 * or not at all. So they are checked here, before anything is applied.
 */
export const sampleSettings = {
  nlbType: {
    ...nlb,
    key: 'nlbType',
    flag: '--nlb-type <type>',
    environment: 'LBC_SETUP_NLB_TYPE',
    description: 'who makes the load balancer of the NLB sample: external is the controller',
    annotation: `${onService}-type`,
    default: 'external',
    ...oneOf('external'),
  },
  nlbScheme: {
    ...nlb,
    key: 'nlbScheme',
    flag: '--nlb-scheme <scheme>',
    environment: 'LBC_SETUP_NLB_SCHEME',
    description: 'from where the NLB sample can be called: internal or internet-facing',
    annotation: `${onService}-scheme`,
    ...scheme,
  },
  nlbTargetType: {
    ...nlb,
    key: 'nlbTargetType',
    flag: '--nlb-target-type <type>',
    environment: 'LBC_SETUP_NLB_TARGET_TYPE',
    description: 'what the NLB sample sends to: ip are pods, and Fargate has nothing else',
    annotation: `${onService}-nlb-target-type`,
    default: 'ip',
    ...oneOf('ip'),
  },
  nlbHealthcheckPort: {
    ...nlb,
    key: 'nlbHealthcheckPort',
    flag: '--nlb-healthcheck-port <port>',
    environment: 'LBC_SETUP_NLB_HEALTHCHECK_PORT',
    description: 'port of the health check of the NLB sample',
    annotation: `${onService}-healthcheck-port`,
    ...healthcheckPort,
  },
  nlbHealthcheckProtocol: {
    ...nlb,
    key: 'nlbHealthcheckProtocol',
    flag: '--nlb-healthcheck-protocol <protocol>',
    environment: 'LBC_SETUP_NLB_HEALTHCHECK_PROTOCOL',
    description: 'protocol of the health check of the NLB sample: tcp, http or https',
    annotation: `${onService}-healthcheck-protocol`,
    default: 'http',
    ...oneOf('tcp', 'http', 'https'),
  },
  nlbHealthcheckPath: {
    ...nlb,
    key: 'nlbHealthcheckPath',
    flag: '--nlb-healthcheck-path <path>',
    environment: 'LBC_SETUP_NLB_HEALTHCHECK_PATH',
    description: 'path of the health check of the NLB sample (default: /health; none with tcp)',
    annotation: `${onService}-healthcheck-path`,
    ...healthcheckPath,
  },
  albGroupName: {
    ...alb,
    key: 'albGroupName',
    flag: '--alb-group-name <name>',
    environment: 'LBC_SETUP_ALB_GROUP_NAME',
    description: 'group of Ingresses with which the ALB sample shares its load balancer (default: none)',
    annotation: `${onIngress}/group.name`,
    // https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#group.name
    pattern: /^(?=.{1,63}$)([a-z0-9][-a-z0-9.]*)?[a-z0-9]$/,
    accepts: 'lower-case letters, digits, hyphens and dots, at most 63',
  },
  albScheme: {
    ...alb,
    key: 'albScheme',
    flag: '--alb-scheme <scheme>',
    environment: 'LBC_SETUP_ALB_SCHEME',
    description: 'from where the ALB sample can be called: internal or internet-facing',
    annotation: `${onIngress}/scheme`,
    ...scheme,
  },
  albListenPorts: {
    ...alb,
    key: 'albListenPorts',
    flag: '--alb-listen-ports <json>',
    environment: 'LBC_SETUP_ALB_LISTEN_PORTS',
    description:
      'ports of the ALB sample (default: [{"HTTP": 80}], or [{"HTTPS": 443}] where there is a certificate)',
    annotation: `${onIngress}/listen-ports`,
    pattern: new RegExp(`^\\s*\\[\\s*${listenPort}(\\s*,\\s*${listenPort})*\\s*\\]\\s*$`),
    accepts: 'a JSON list of {"HTTP": port} and {"HTTPS": port}, ports from 1 to 65535',
    list: {
      items: {
        type: 'object',
        propertyNames: { enum: ['HTTP', 'HTTPS'] },
        additionalProperties: { type: 'integer', minimum: 1, maximum: 65_535 },
        minProperties: 1,
        maxProperties: 1,
      },
      text: (items) => `[${items.map(listener).join(', ')}]`,
    },
  },
  albCertificateArn: {
    ...alb,
    key: 'albCertificateArn',
    flag: '--alb-certificate-arn <arn>',
    environment: 'LBC_SETUP_ALB_CERTIFICATE_ARN',
    description: 'certificate of the HTTPS ports of the ALB sample',
    annotation: `${onIngress}/certificate-arn`,
    pattern:
      /^arn:aws[-a-z]*:(acm:[-a-z0-9]+:\d{12}:certificate\/[-\w]+|iam::\d{12}:server-certificate\/[\w+=,.@/-]+)$/,
    accepts: 'the ARN of a certificate in ACM or of a server certificate in IAM',
  },
  albTargetType: {
    ...alb,
    key: 'albTargetType',
    flag: '--alb-target-type <type>',
    environment: 'LBC_SETUP_ALB_TARGET_TYPE',
    description: 'what the ALB sample sends to: ip are pods, and Fargate has nothing else',
    annotation: `${onIngress}/target-type`,
    default: 'ip',
    ...oneOf('ip'),
  },
  albHealthcheckPort: {
    ...alb,
    key: 'albHealthcheckPort',
    flag: '--alb-healthcheck-port <port>',
    environment: 'LBC_SETUP_ALB_HEALTHCHECK_PORT',
    description: 'port of the health check of the ALB sample',
    annotation: `${onIngress}/healthcheck-port`,
    ...healthcheckPort,
  },
  albHealthcheckProtocol: {
    ...alb,
    key: 'albHealthcheckProtocol',
    flag: '--alb-healthcheck-protocol <protocol>',
    environment: 'LBC_SETUP_ALB_HEALTHCHECK_PROTOCOL',
    description: 'protocol of the health check of the ALB sample: http or https',
    annotation: `${onIngress}/healthcheck-protocol`,
    // Unlike on a Service, "http" is a FailedBuildModel here: "healthCheckProtocol must be within [HTTP, HTTPS]".
    capitals: true,
    default: 'http',
    ...oneOf('http', 'https'),
  },
  albHealthcheckPath: {
    ...alb,
    key: 'albHealthcheckPath',
    flag: '--alb-healthcheck-path <path>',
    environment: 'LBC_SETUP_ALB_HEALTHCHECK_PATH',
    description: 'path of the health check of the ALB sample',
    annotation: `${onIngress}/healthcheck-path`,
    default: '/health',
    ...healthcheckPath,
  },
} as const satisfies Record<string, SampleSetting>;
