import { isIPv4, isIPv6 } from 'node:net';
import { NotEmulated } from '../../aws/service.ts';
import { keyOf } from '../kube/types.ts';
import type { ControllerConfig } from '../process/config.ts';
import type { GroupMember } from './ingress-group.ts';

/** What a group's members want of one port of their load balancer. */
export interface ListenPort {
  readonly port: number;
  readonly protocol: string;
  readonly cidrs: readonly string[];
  readonly certificates: readonly string[];
  readonly sslPolicy?: string;
  /** The members that listen on it, in order. */
  readonly members: readonly GroupMember[];
}

/** Works out the listeners of a group, by port. */
export function listenPorts(config: ControllerConfig, members: readonly GroupMember[]): ListenPort[] {
  const byPort = new Map<number, ListenPort[]>();
  for (const member of members) {
    try {
      for (const wish of wishes(member)) byPort.set(wish.port, [...(byPort.get(wish.port) ?? []), wish]);
    } catch (error) {
      throw new Error(`ingress: ${keyOf(member.ingress)}: ${(error as Error).message}`);
    }
  }
  return [...byPort.keys()]
    .sort((left, right) => left - right)
    .map((port) => mergeWishes(config, port, byPort.get(port) as ListenPort[]));
}

function wishes(member: GroupMember): ListenPort[] {
  const { annotations, params } = member;
  const certificates = params?.spec?.certificateArn ?? annotations.list('certificate-arn') ?? [];
  const cidrs = params?.spec?.inboundCIDRs ?? annotations.list('inbound-cidrs') ?? [];
  cidrs.forEach(checkCidr);
  const ports = parsePorts(annotations.text('listen-ports'), certificates.length > 0);
  return [...ports].map(([port, protocol]) => {
    const secure = protocol === 'HTTPS';
    if (secure && certificates.length === 0) throw new NotEmulated('the discovery of certificates in ACM');
    return {
      port,
      protocol,
      cidrs,
      certificates: secure ? certificates : [],
      sslPolicy: secure ? (params?.spec?.sslPolicy ?? annotations.text('ssl-policy')) : undefined,
      members: [member],
    };
  });
}

function checkCidr(cidr: string): void {
  const [address = '', bits, ...rest] = cidr.split('/');
  const limit = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  if (rest.length > 0 || bits === undefined || !/^\d+$/.test(bits) || Number(bits) > limit) {
    throw new Error(`invalid inbound-cidrs settings on Ingress: invalid CIDR address: ${cidr}`);
  }
}

function parsePorts(raw: string | undefined, preferTls: boolean): Map<number, string> {
  if (raw === undefined) return new Map(preferTls ? [[443, 'HTTPS']] : [[80, 'HTTP']]);
  const entries = parseJson(raw);
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new Error(`empty listen-ports configuration: \`${raw}\``);
  }
  const ports = new Map<number, string>();
  for (const entry of entries) {
    for (const [protocol, port] of Object.entries(entry as Record<string, number>)) {
      if (!Number.isInteger(port) || port < 1 || port > 65535) {
        throw new Error(`listen port must be within [1, 65535]: ${port}`);
      }
      if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
        throw new Error(`listen protocol must be within [HTTP, HTTPS]: ${protocol}`);
      }
      ports.set(port, protocol);
    }
  }
  return ports;
}

/** Parses JSON; the error names the first offending character as Go does (transcripts/lbc/webhook-alive.txt). */
function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch (error) {
    const cause = goSyntaxError(raw) ?? (error as Error).message;
    throw new Error(`failed to parse listen-ports configuration: \`${raw}\`: ${cause}`);
  }
}

function goSyntaxError(raw: string): string | undefined {
  const unquotedKey = /^\s*\[\s*\{\s*([^\s"}])/.exec(raw);
  if (unquotedKey !== null) {
    return `invalid character '${unquotedKey[1]}' looking for beginning of object key string`;
  }
  const start = /^\s*([^\s[{"\d-])/.exec(raw);
  return start === null ? undefined : `invalid character '${start[1]}' looking for beginning of value`;
}

function mergeWishes(config: ControllerConfig, port: number, all: readonly ListenPort[]): ListenPort {
  const conflict = (what: string, told: (wish: ListenPort) => string): Error => {
    const texts = all.map((wish) => `${keyOf(first(wish).ingress)}: ${told(wish)}`);
    return new Error(
      `failed to merge listenPort config for port: ${port}: conflicting ${what}, ${texts.join(' | ')}`,
    );
  };
  const [leader] = all as [ListenPort, ...ListenPort[]];
  if (all.some((wish) => wish.protocol !== leader.protocol))
    throw conflict('protocol', (wish) => wish.protocol);
  const cidrs = distinct(all.map((wish) => [...wish.cidrs].sort()).filter((list) => list.length > 0));
  if (cidrs.length > 1) throw conflict('inbound-cidrs', (wish) => `[${[...wish.cidrs].sort().join(' ')}]`);
  const policies = distinct(all.map((wish) => wish.sslPolicy).filter((policy) => policy !== undefined));
  if (policies.length > 1) throw conflict('sslPolicy', (wish) => wish.sslPolicy ?? '');
  return {
    port,
    protocol: leader.protocol,
    // Without IPv6 only the first of the two default ranges matters.
    cidrs: (cidrs[0] ?? ['0.0.0.0/0']).filter((cidr) => !cidr.includes(':')),
    certificates: [...new Set(all.flatMap((wish) => wish.certificates))],
    sslPolicy: leader.protocol === 'HTTPS' ? (policies[0] ?? config.defaultSslPolicy) : undefined,
    members: all.map(first),
  };
}

const first = (wish: ListenPort): GroupMember => wish.members[0] as GroupMember;

const distinct = <T>(values: readonly T[]): T[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];
