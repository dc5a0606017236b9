/** A value as JSON has it. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Kinds of names that every AWS draws by itself; the first group is what stays of them. */
const drawn: readonly RegExp[] = [
  /\b(vpc-cidr-assoc|subnet-cidr-assoc|rtbassoc|aclassoc|eipalloc|eipassoc|eni-attach|subnet|dopt|vpc|igw|rtb|sgr|nat|acl|sg|eni)-[0-9a-f]{8,17}\b/g,
  /\b(AROA|AIDA|ASIA|AKIA)[A-Z0-9]{10,}\b/g,
  /()\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
  // The ends of load balancers' ARNs.
  /()\b[0-9a-f]{16}\b/g,
];

/** The names of members that hold something drawn whose form is not compared. */
const drawnMembers =
  /^(PolicyId|PublicIp|MacAddress|SecurityGroupRuleId|SecurityGroupRuleArn|DhcpOptionsId)$/;

/** The names of members that tell a time, whatever their form. */
const times = /(Time|Date|Timestamp|createdAt|modifiedAt)$/;

/** IAM sends documents percent-encoded. */
const documents = /Document$/;

/**
 * An answer without what no two emulations can have in common: times become `<time>`. Empty lists and objects are left
 * out, for whether an absent list is an empty element is nothing that clients of the query protocols can tell.
 */
export function simplify(value: unknown, key = ''): Plain | undefined {
  if (value === undefined || key === '$metadata') return undefined;
  if (value instanceof Date || (times.test(key) && typeof value === 'number')) return '<time>';
  if (drawnMembers.test(key)) return '<drawn>';
  if (typeof value === 'string' && documents.test(key)) return simplifyDocument(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => simplify(item)).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .map(([name, member]) => [name, simplify(member, name)] as const)
      .filter((member): member is readonly [string, Plain] => member[1] !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1));
    return members.length > 0 ? Object.fromEntries(members) : undefined;
  }
  return value as Plain;
}

function simplifyDocument(text: string): Plain | undefined {
  try {
    return simplify(JSON.parse(decodeURIComponent(text)));
  } catch {
    return text;
  }
}

const mask = (text: string, name: (found: string, kind: string) => string): string =>
  drawn.reduce((masked, pattern) => masked.replace(pattern, name), text);

/** The text of a value in which all drawn names of a kind are the same. */
export const masked = (value: Plain): string =>
  mask(JSON.stringify(value), (_found, kind) => `<${kind || 'id'}>`);

/** Lists in one order: no AWS promises any. */
export function ordered(value: Plain): Plain {
  if (Array.isArray(value)) {
    const items = value.map(ordered);
    const keys = new Map(items.map((item) => [item, masked(item)]));
    const keyOf = (item: Plain): string => keys.get(item) ?? '';
    return items.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, ordered(member)]));
  return value;
}

/** Gives drawn names numbers in the order of their first appearance, so that who refers to whom can be compared. */
export function createNumbering(): (text: string) => string {
  const numbers = new Map<string, string>();
  const counts = new Map<string, number>();
  return (text) =>
    mask(text, (found, kind) => {
      const known = numbers.get(found);
      if (known) return known;
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      const name = `<${kind || 'id'} ${count}>`;
      numbers.set(found, name);
      return name;
    });
}

/** Every scalar of a value by its path (`Vpcs[].Tags[].Key`), in order; `name` rewrites strings. */
export function scalars(value: Plain, name: (text: string) => string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const visit = (path: string, member: Plain): void => {
    if (Array.isArray(member)) {
      for (const item of member) visit(`${path}[]`, item);
    } else if (typeof member === 'object' && member !== null) {
      for (const [key, item] of Object.entries(member)) visit(path ? `${path}.${key}` : key, item);
    } else {
      found.set(path, [
        ...(found.get(path) ?? []),
        typeof member === 'string' ? name(member) : String(member),
      ]);
    }
  };
  visit('', value);
  return found;
}
