/** An IPv4 range. */
export interface Cidr {
  /** The first address, as an unsigned 32-bit number. */
  readonly first: number;
  /** How many addresses. */
  readonly size: number;
  readonly prefixLength: number;
}

const pattern = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The number of a dotted IPv4 address, or undefined when it is none. */
export function parseAddress(text: string): number | undefined {
  const octets = pattern.exec(text)?.slice(1).map(Number);
  if (!octets || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((number, octet) => number * 256 + octet, 0);
}

/** The dotted form of an address number. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Parses `a.b.c.d/n`; undefined when malformed. Host bits are cleared, as EC2 does. */
export function parseCidr(text: string): Cidr | undefined {
  const [base = '', bits = ''] = text.split('/');
  const address = parseAddress(base);
  if (address === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  const size = 2 ** (32 - Number(bits));
  return { first: address - (address % size), size, prefixLength: Number(bits) };
}

/** The canonical text of a range. */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.first)}/${cidr.prefixLength}`;
}

/** Whether `inner` lies within `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

/** Whether two ranges share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** Whether a dotted address lies within a range given as text; false when either is malformed. */
export function cidrHolds(range: string, address: string): boolean {
  const cidr = parseCidr(range);
  const number = parseAddress(address);
  return (
    cidr !== undefined && number !== undefined && number >= cidr.first && number < cidr.first + cidr.size
  );
}
