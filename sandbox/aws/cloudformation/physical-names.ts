import type { Random } from '../../random.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const suffixLength = 12;

/** `length` upper-case letters and digits, as CloudFormation appends them to the names it makes. */
const suffix = (random: Random, length = suffixLength): string =>
  Array.from({ length }, () => alphabet[random.integer(0, alphabet.length - 1)]).join('');

/** A UUID drawn from the seed. */
export function uuid(random: Random): string {
  const part = (length: number) => random.hex(length);
  return `${part(8)}-${part(4)}-4${part(3)}-a${part(3)}-${part(12)}`;
}

/**
 * The name of a resource whose template gives none: `stack-logicalId-SUFFIX`. Where a service limits names, the stack
 * name is cut when it is the longer part, else the logical id; both to half the room when both are too long
 * (seen on names such as `eksctl-x-addon-iamserviceaccount-…-Role1-1ABCDEFGHIJK`, 64 characters).
 */
export function physicalName(stack: string, logicalId: string, limit: number, random: Random): string {
  const room = limit - suffixLength - 2;
  const half = Math.floor(room / 2);
  const stackRoom = Math.max(half, room - logicalId.length);
  const shortStack = stack.slice(0, stackRoom);
  return `${shortStack}-${logicalId.slice(0, room - shortStack.length)}-${suffix(random)}`;
}
