import type { LoadBalancerRecord, LoadBalancerType } from './state.ts';

// Route 53 hosted zone ids: AWS General Reference, "Elastic Load Balancing endpoints".
const hostedZones: Readonly<Record<string, Readonly<Record<LoadBalancerType, string>>>> = {
  'ap-northeast-1': { application: 'Z14GRHDCWA56QT', network: 'Z31USIVHYNEOWT' },
  'eu-west-1': { application: 'Z32O12XQLNTSW2', network: 'Z2IFOLAFXWLO4F' },
  'us-east-1': { application: 'Z35SXDOTRQ7X7K', network: 'Z26RNL4JYFTOTI' },
  'us-west-2': { application: 'Z1H1FL5HABSF5', network: 'Z18D5FSROUN65G' },
};

const otherHostedZone = 'Z0000000000000';

/** The hosted zone that a load balancer's alias records point to. */
export function hostedZoneOf(region: string, type: LoadBalancerType): string {
  return hostedZones[region]?.[type] ?? otherHostedZone;
}

/** What a load balancer's name in DNS is made of. */
export interface DnsNameParts {
  readonly name: string;
  readonly type: LoadBalancerType;
  readonly scheme: LoadBalancerRecord['scheme'];
  readonly region: string;
  readonly partition: string;
  /** The last part of the ARN, which a network load balancer's name carries. */
  readonly hash: string;
  /** The number that an application load balancer's name carries. */
  readonly number: number;
}

/** A load balancer's name in DNS (facts/walkthrough-today.md). */
export function dnsNameOf(parts: DnsNameParts): string {
  const domain = parts.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  if (parts.type === 'network') return `${parts.name}-${parts.hash}.elb.${parts.region}.${domain}`;
  const prefix = parts.scheme === 'internal' ? 'internal-' : '';
  return `${prefix}${parts.name}-${parts.number}.${parts.region}.elb.${domain}`;
}
