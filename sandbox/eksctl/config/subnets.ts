import { Failure } from '../failure.ts';

/** The two subnets of an availability zone. */
export interface ZoneSubnets {
  readonly zone: string;
  readonly publicCidr: string;
  readonly privateCidr: string;
}

const toNumber = (address: string): number =>
  address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);

const toAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/**
 * Divides the VPC's range: up to four zones get eighths, more get sixteenths, the public subnets first
 * (`192.168.0.0/19` … of `192.168.0.0/16`, transcripts/eksctl/b2-create-c2-inline-sa.txt). Throws Failure.
 */
export function planSubnets(cidr: string, zones: readonly string[]): ZoneSubnets[] {
  const [address = '', length = ''] = cidr.split('/');
  const prefix = Number(length);
  if (!(prefix >= 16 && prefix <= 24)) throw new Failure('VPC CIDR prefix must be between /16 and /24');
  const bits = zones.length * 2 <= 8 ? 3 : 4;
  const size = 2 ** (32 - prefix - bits);
  const subnet = (index: number): string => `${toAddress(toNumber(address) + index * size)}/${prefix + bits}`;
  return zones.map((zone, index) => ({
    zone,
    publicCidr: subnet(index),
    privateCidr: subnet(index + zones.length),
  }));
}
