import * as v from 'valibot';
import { parse } from 'yaml';
import { UserError } from './errors/user-error.ts';

/** Who gave a text that must hold data, and what to do when it does not. */
export interface DataSource {
  /** "kubectl get", "the chart repository". */
  readonly name: string;
  readonly fix: string;
}

type Schema = v.GenericSchema;

/**
 * Reads JSON that a program or a server gave, and checks the shape that the reader counts on.
 *
 * @throws UserError that names the source and shows the beginning of what it gave
 */
export function readJson<const S extends Schema>(
  source: DataSource,
  text: string,
  schema: S,
): v.InferOutput<S> {
  return check(source, 'JSON', text, schema, () => JSON.parse(text));
}

/** As readJson, from one YAML document without aliases: published data needs none, and they can expand without end. */
export function readYaml<const S extends Schema>(
  source: DataSource,
  text: string,
  schema: S,
): v.InferOutput<S> {
  return check(source, 'YAML', text, schema, () => parse(text, { maxAliasCount: 0, logLevel: 'error' }));
}

function check<S extends Schema>(
  { name, fix }: DataSource,
  format: string,
  text: string,
  schema: S,
  read: () => unknown,
): v.InferOutput<S> {
  const garbage = (problem: string) =>
    new UserError({
      what: `${name} gave something else than the ${format} that was asked for`,
      why: `${problem}: ${text.trim() === '' ? 'nothing' : JSON.stringify(text.slice(0, 200))}`,
      fix,
    });
  let data: unknown;
  try {
    data = read();
  } catch (error) {
    throw garbage((error as Error).message.split('\n')[0] ?? '');
  }
  const result = v.safeParse(schema, data);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw garbage(`${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}
