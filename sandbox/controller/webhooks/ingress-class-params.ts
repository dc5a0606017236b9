import { isIP } from 'node:net';
import type { IngressClassParams } from '../kube/types.ts';
import type { Validate } from './admission.ts';

/** Refuses malformed address ranges and subnet choices, in the words of field errors (facts/lbc.md §3). */
export const validateIngressClassParams: Validate = async ({ object }) => {
  const { spec } = object as IngressClassParams;
  const problems = [
    ...(spec?.inboundCIDRs ?? []).flatMap((cidr, at) => cidrProblem(cidr, `spec.inboundCIDRs[${at}]`)),
    ...subnetProblems(spec?.subnets),
  ];
  if (problems.length === 0) return;
  throw new Error(problems.length === 1 ? problems[0] : `[${[...new Set(problems)].join(', ')}]`);
};

function cidrProblem(cidr: string, path: string): string[] {
  const invalid = (detail: string): string[] => [
    `${path}: Invalid value: ${JSON.stringify(cidr)}: ${detail}`,
  ];
  const [address = '', bits] = cidr.split('/');
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  if (family === 0 || bits === undefined || !/^\d+$/.test(bits) || Number(bits) > longest) {
    const isAddress = bits === undefined && family !== 0;
    const hint = isAddress ? ` (did you mean "${cidr}/${family === 4 ? 32 : 64}")` : '';
    return invalid(`Could not be parsed as a CIDR${hint}`);
  }
  const network = networkOf(address, Number(bits));
  if (network === undefined || network === address) return [];
  return invalid(`Network contains bits outside prefix (did you mean "${network}/${bits}")`);
}

/** The first address of an IPv4 range; bits beyond an IPv6 prefix are not looked at. */
function networkOf(address: string, bits: number): string | undefined {
  if (isIP(address) === 6) return undefined;
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  const first = Math.floor(number / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
}

function subnetProblems(subnets: NonNullable<IngressClassParams['spec']>['subnets']): string[] {
  if (subnets === undefined) return [];
  const { ids, tags } = subnets;
  if (ids === undefined && tags === undefined) {
    return ['spec.subnets: Required value: must have either `ids` or `tags`'];
  }
  if (ids !== undefined) {
    return tags === undefined
      ? duplicates(ids, 'spec.subnets.ids')
      : ['spec.subnets.tags: Forbidden: may not have both `ids` and `tags` set'];
  }
  const entries = Object.entries(tags ?? {});
  if (entries.length === 0) return ['spec.subnets.tags: Required value: must have at least one tag key'];
  return entries.flatMap(([key, values]) => duplicates(values, `spec.subnets.tags[${key}]`));
}

const duplicates = (values: readonly string[], path: string): string[] =>
  values.flatMap((value, at) =>
    values.indexOf(value) < at ? [`${path}[${at}]: Duplicate value: ${JSON.stringify(value)}`] : [],
  );
