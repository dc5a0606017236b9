/** The annotations of one object under one prefix, read as the controller reads them (facts/lbc.md §5). */
export interface Annotations {
  /** The value, or undefined when the annotation is absent. */
  text(suffix: string): string | undefined;
  /** A comma-separated list without blanks and empty items. */
  list(suffix: string): string[] | undefined;
  /** Go's `strconv.ParseBool`. Throws on anything else. */
  boolean(suffix: string): boolean | undefined;
  /** A decimal integer. Throws on anything else. */
  integer(suffix: string): number | undefined;
  /** `key=value` pairs joined by commas; a backslash keeps the next character. Throws on a malformed pair. */
  map(suffix: string): Record<string, string> | undefined;
  /** A JSON value. Throws when it does not parse. */
  json(suffix: string): unknown;
  /** The suffixes that are present. */
  suffixes(): string[];
}

const booleans: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false])),
};

/** Reads annotations; later maps in `sources` win over earlier ones. */
export function readAnnotations(
  prefix: string,
  ...sources: (Record<string, string> | undefined)[]
): Annotations {
  const all: Record<string, string> = Object.assign({}, ...sources);
  const text = (suffix: string): string | undefined => all[`${prefix}/${suffix}`];
  const malformed = (kind: string, suffix: string, value: string, cause?: string): Error =>
    new Error(
      `failed to parse ${kind} annotation, ${prefix}/${suffix}: ${value}${cause === undefined ? '' : `: ${cause}`}`,
    );
  return {
    text,
    list: (suffix) =>
      text(suffix)
        ?.split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    boolean(suffix) {
      const value = text(suffix);
      if (value === undefined) return undefined;
      const parsed = booleans[value];
      if (parsed !== undefined) return parsed;
      throw malformed('bool', suffix, value, `strconv.ParseBool: parsing "${value}": invalid syntax`);
    },
    integer(suffix) {
      const value = text(suffix);
      if (value === undefined) return undefined;
      if (/^[+-]?\d+$/.test(value)) return Number.parseInt(value, 10);
      throw malformed('int32', suffix, value, `strconv.ParseInt: parsing "${value}": invalid syntax`);
    },
    map(suffix) {
      const value = text(suffix);
      if (value === undefined) return undefined;
      return Object.fromEntries(
        splitPairs(value).map((pair) => {
          const at = pair.indexOf('=');
          if (at <= 0) throw malformed('stringMap', suffix, value);
          return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
        }),
      );
    },
    json(suffix) {
      const value = text(suffix);
      if (value === undefined) return undefined;
      try {
        return JSON.parse(value);
      } catch (error) {
        throw malformed('json', suffix, value, (error as Error).message);
      }
    },
    suffixes: () =>
      Object.keys(all)
        .filter((key) => key.startsWith(`${prefix}/`))
        .map((key) => key.slice(prefix.length + 1)),
  };
}

/** A comma separates two pairs only when a `=` follows somewhere behind it, so that values may hold commas at the end. */
function splitPairs(text: string): string[] {
  const pairs: string[] = [];
  let current = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const rest = text.slice(at + 1).trim();
    if (character === '\\' && at + 1 < text.length) current += text.charAt(++at);
    else if (character !== ',' || rest === '') current += character;
    else {
      pairs.push(current.trim());
      current = '';
    }
  }
  return current === '' ? pairs : [...pairs, current.trim()];
}
