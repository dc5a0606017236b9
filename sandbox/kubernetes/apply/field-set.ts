/**
 * A set of fields of an object, as a tree of path elements in the spelling of `managedFields[].fieldsV1`:
 * `f:name` a field, `k:{"name":"x"}` a list element by its keys, `v:"x"` an element of a set.
 */
export interface FieldSet {
  /** Whether the field at this node itself is in the set. */
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

/** `managedFields[].fieldsV1`. */
export type FieldsV1 = { readonly [element: string]: FieldsV1 };

export const emptySet: FieldSet = { member: false, children: new Map() };

export const isEmpty = (set: FieldSet): boolean => !set.member && set.children.size === 0;

/** A node of a set, children that hold nothing left out. */
export const node = (member: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet => ({
  member,
  children: new Map([...children].filter(([, child]) => !isEmpty(child))),
});

const childOf = (set: FieldSet, element: string): FieldSet => set.children.get(element) ?? emptySet;

/** Fields in one set or the other. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a;
  const elements = new Set([...a.children.keys(), ...b.children.keys()]);
  return node(
    a.member || b.member,
    [...elements].map((element) => [element, union(childOf(a, element), childOf(b, element))]),
  );
}

/** Fields in the first set but not in the second. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a;
  return node(
    a.member && !b.member,
    [...a.children].map(([element, child]) => [element, difference(child, childOf(b, element))]),
  );
}

/** Fields in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return node(
    a.member && b.member,
    [...a.children].map(([element, child]) => [element, intersection(child, childOf(b, element))]),
  );
}

/** The paths in a set, as conflict messages print them: `.spec.containers[name="x"].image`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  return [
    ...(set.member && prefix ? [prefix] : []),
    ...[...set.children].flatMap(([element, child]) => pathsOf(child, prefix + elementText(element))),
  ];
}

function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (!element.startsWith('k:')) return `[=${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as object);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}

const self = '.';

/** The set as fieldsV1. A leaf is `{}`, a node that is a member and has children carries `.`. */
export function encode(set: FieldSet): FieldsV1 {
  const children = [...set.children].map(([element, child]) => [element, encode(child)] as const);
  return Object.fromEntries([
    ...(set.member && children.length > 0 ? [[self, {}] as const] : []),
    ...children.sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}

/** The set that fieldsV1 stands for. */
export const decode = (fields: FieldsV1): FieldSet => node(false, decodeChildren(fields));

const decodeChildren = (fields: FieldsV1): [string, FieldSet][] =>
  Object.entries(fields)
    .filter(([element]) => element !== self)
    .map(([element, inner]) => [
      element,
      node(Object.keys(inner).length === 0 || self in inner, decodeChildren(inner)),
    ]);
