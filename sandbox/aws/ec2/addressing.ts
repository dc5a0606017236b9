import type { Random } from '../../random.ts';
import { AwsError } from '../service.ts';
import { formatAddress, parseAddress, parseCidr } from './cidr.ts';
import type { Ec2Region, SubnetRecord } from './state.ts';

// AWS keeps the first four addresses of a subnet and its last (VPC user guide, "Subnet CIDR blocks").
const reservedAtStart = 4;
const reservedAtEnd = 1;

/** How many addresses of a subnet are free. */
export function freeAddresses(region: Ec2Region, subnet: SubnetRecord): number {
  return usableRange(subnet).size - usedAddresses(region, subnet).size;
}

/** Draws a free private address of a subnet. Throws InsufficientFreeAddressesInSubnet. */
export function drawAddress(region: Ec2Region, subnet: SubnetRecord, random: Random): string {
  const { first, size } = usableRange(subnet);
  const used = usedAddresses(region, subnet);
  const start = random.integer(0, size - 1);
  for (let step = 0; step < size; step++) {
    const address = first + ((start + step) % size);
    if (!used.has(address)) return formatAddress(address);
  }
  throw new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `The specified subnet does not have enough free addresses to satisfy the request.`,
  );
}

/** Whether a wanted private address of a subnet can be given. */
export function isFree(region: Ec2Region, subnet: SubnetRecord, address: string): boolean {
  const number = parseAddress(address);
  const { first, size } = usableRange(subnet);
  if (number === undefined || number < first || number >= first + size) return false;
  return !usedAddresses(region, subnet).has(number);
}

function usableRange(subnet: SubnetRecord): { first: number; size: number } {
  const cidr = parseCidr(subnet.cidr);
  if (!cidr) throw new Error(`subnet ${subnet.id} has the range ${subnet.cidr}`);
  return { first: cidr.first + reservedAtStart, size: cidr.size - reservedAtStart - reservedAtEnd };
}

function usedAddresses(region: Ec2Region, subnet: SubnetRecord): Set<number> {
  const used = new Set<number>();
  for (const { subnetId, privateIp } of region.networkInterfaces.values()) {
    const address = parseAddress(privateIp);
    if (subnetId === subnet.id && address !== undefined) used.add(address);
  }
  return used;
}
