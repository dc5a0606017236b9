import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';

/** The values of a template's tokens. A token that is a whole scalar may stand for any value. */
export type Tokens = Readonly<Record<string, unknown>>;

/** This file and its bundle (dist/…) stand equally deep below the package's root. */
const folder = new URL('../templates/', import.meta.url);

/**
 * Reads a YAML template and fills in its tokens, written `${name}`. Templates are filled as objects, never as text: a
 * value cannot break out of its place.
 *
 * @param name file name in templates/
 * @returns its documents, in order
 */
export async function renderTemplate(name: string, tokens: Tokens): Promise<object[]> {
  return fillTemplate(await readFile(new URL(name, folder), 'utf8'), tokens, name);
}

/** As renderTemplate, from text. Throws an Error for an unknown token and for one that the template does not use. */
export function fillTemplate(text: string, tokens: Tokens, name: string): object[] {
  const used = new Set<string>();
  const lookUp = (token: string): unknown => {
    if (!Object.hasOwn(tokens, token)) throw new Error(`template ${name} has an unknown token ${token}`);
    used.add(token);
    return tokens[token];
  };
  const fill = (node: unknown): unknown => {
    if (typeof node === 'string') {
      const whole = /^\$\{(\w+)\}$/.exec(node)?.[1];
      if (whole) return lookUp(whole);
      return node.replace(/\$\{(\w+)\}/g, (_, token: string) => String(lookUp(token)));
    }
    if (Array.isArray(node)) return node.map(fill);
    if (typeof node === 'object' && node !== null) {
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [fill(key), fill(value)]));
    }
    return node;
  };
  const documents = parseAllDocuments(text).map((document) => fill(document.toJS()) as object);
  const unused = Object.keys(tokens).filter((token) => !used.has(token));
  if (unused.length > 0) throw new Error(`template ${name} does not use ${unused.join(', ')}`);
  return documents;
}
