import { UsageError } from '../errors/user-error.ts';
import type { EffectiveValues } from './load.ts';
import { type AnnotatedSample, type SampleSetting, sampleSettings } from './sample-settings.ts';

/** The annotations that each sample is deployed with. */
export type SampleAnnotations = Readonly<Record<AnnotatedSample, Readonly<Record<string, string>>>>;

/** Where an Application Load Balancer listens. */
export interface ListenPort {
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly port: number;
}

type Values = { readonly [Key in keyof typeof sampleSettings]?: string };

const keys = Object.keys(sampleSettings) as (keyof typeof sampleSettings)[];
const table: Readonly<Record<keyof typeof sampleSettings, SampleSetting>> = sampleSettings;

/**
 * Makes the samples' annotations out of the settings.
 *
 * @throws UsageError when values that are good by themselves do not go together
 */
export function sampleAnnotations(effective: EffectiveValues, region: string): SampleAnnotations {
  const given: Values = Object.fromEntries(keys.map((key) => [key, effective[key]?.value]));
  checkHealthcheckPath(given);
  checkCertificate(given, region);
  const path = given.nlbHealthcheckProtocol === 'tcp' ? undefined : (given.nlbHealthcheckPath ?? '/health');
  const values: Values = { ...given, nlbHealthcheckPath: path };
  const annotations: Record<AnnotatedSample, Record<string, string>> = { nlb: {}, alb: {} };
  for (const key of keys) {
    const { sample, annotation, capitals } = table[key];
    const value = values[key];
    if (value !== undefined) annotations[sample][annotation] = capitals ? value.toUpperCase() : value;
  }
  // On a Service the ranges are no annotation but spec.loadBalancerSourceRanges.
  const ranges = effective.inboundCidr?.value;
  if (ranges !== undefined) annotations.alb['alb.ingress.kubernetes.io/inbound-cidrs'] = ranges;
  return annotations;
}

/** The ports that an annotation `listen-ports` asks for; without one, the controller's default. */
export function listenPorts(listed: string | undefined, hasCertificate: boolean): ListenPort[] {
  if (listed === undefined) {
    return [hasCertificate ? { protocol: 'HTTPS', port: 443 } : { protocol: 'HTTP', port: 80 }];
  }
  const entries = JSON.parse(listed) as Partial<Record<ListenPort['protocol'], number>>[];
  return entries.flatMap((entry) =>
    Object.entries(entry).map(([protocol, port]) => ({ protocol: protocol as ListenPort['protocol'], port })),
  );
}

function checkHealthcheckPath({ nlbHealthcheckProtocol, nlbHealthcheckPath }: Values): void {
  if (nlbHealthcheckProtocol !== 'tcp' || nlbHealthcheckPath === undefined) return;
  throw new UsageError({
    what: `--nlb-healthcheck-path: a health check by tcp has no path`,
    why: `the path is ${JSON.stringify(nlbHealthcheckPath)}, the protocol tcp; only http and https ask for a path`,
    fix: 'leave --nlb-healthcheck-path out, or use --nlb-healthcheck-protocol http',
  });
}

function checkCertificate({ albListenPorts, albCertificateArn }: Values, region: string): void {
  const ports = listenPorts(albListenPorts, albCertificateArn !== undefined);
  const twice = ports.find(({ port }, index) => ports.findIndex((other) => other.port === port) !== index);
  if (twice) {
    throw new UsageError({
      what: `--alb-listen-ports: port ${twice.port} is there twice`,
      why: 'a port has one listener, and the controller would silently use the last one named',
      fix: 'name every port once in --alb-listen-ports',
    });
  }
  const secure = ports.some(({ protocol }) => protocol === 'HTTPS');
  if (secure && albCertificateArn === undefined) {
    throw new UsageError({
      what: '--alb-listen-ports: HTTPS needs a certificate',
      why: 'an Ingress without a host name lets the controller find none by itself',
      fix: 'add --alb-certificate-arn; "aws acm list-certificates" shows what there is',
    });
  }
  if (!secure && albCertificateArn !== undefined) {
    throw new UsageError({
      what: '--alb-certificate-arn: no port would use the certificate',
      why: `--alb-listen-ports is ${albListenPorts}`,
      fix: 'add {"HTTPS": 443} to --alb-listen-ports, or leave --alb-certificate-arn out',
    });
  }
  const [, , service, home] = albCertificateArn?.split(':') ?? [];
  if (service === 'acm' && home !== region) {
    throw new UsageError({
      what: `--alb-certificate-arn: the certificate is in ${home}, the cluster in ${region}`,
      why: 'a load balancer can only use certificates of its own region',
      fix: `use a certificate of ${region}`,
    });
  }
}
