/** Plain data that defaults are filled into. */
export type Fields = Record<string, unknown>;

/** Sets the fields that are absent; changes `target` and returns it. */
export function fill(target: Fields, values: Fields): Fields {
  for (const [key, value] of Object.entries(values)) if (target[key] === undefined) target[key] = value;
  return target;
}

/** A field that is an object, made when absent. */
export function child(target: Fields, key: string): Fields {
  if (typeof target[key] !== 'object' || target[key] === null) target[key] = {};
  return target[key] as Fields;
}

/** The objects in a list field; none when it is absent. */
export const items = (target: Fields | undefined, key: string): Fields[] =>
  Array.isArray(target?.[key]) ? (target[key] as Fields[]) : [];

/** A field that is an object, or undefined. */
export const part = (target: Fields | undefined, key: string): Fields | undefined =>
  typeof target?.[key] === 'object' && target[key] !== null ? (target[key] as Fields) : undefined;
