import type { Answer } from './clients.ts';
import { known as all, type Known } from './known-differences.ts';
import { createNumbering, masked, ordered, type Plain, scalars, simplify } from './normalise.ts';

/** Something that two emulations answer differently. */
export interface Difference {
  /** `ec2:CreateVpc` */
  readonly operation: string;
  /** `Vpc.State`; `!` for the error code. */
  readonly path: string;
  readonly moto: string;
  readonly rehearsal: string;
}

/** What a comparison found. */
export interface Comparison {
  /** The operations of the calls that gave the same on both, once a call. */
  readonly agreed: readonly string[];
  /** Those that gave the same but for known differences. */
  readonly tolerated: readonly string[];
  /** Those known differences. */
  readonly used: ReadonlySet<Known>;
  readonly differences: readonly Difference[];
}

/** A path and what it lies in: `Vpcs[].Tags[].Key`, `Vpcs[].Tags[]`, `Vpcs[].Tags`, … */
const enclosing = (path: string): string[] => {
  const parts = path.split(/(?=\.|\[\])/);
  return parts.map((_part, index) => parts.slice(0, index + 1).join(''));
};

const matches = (
  { operation, path, codes }: Known,
  place: Pick<Difference, 'operation' | 'path'> & { readonly rehearsal?: string },
): boolean =>
  operation.test(place.operation) &&
  enclosing(place.path).some((outer) => path.test(outer)) &&
  (codes?.includes(place.rehearsal ?? '') ?? true);

/** Compares what the same calls of a case gave, one by one. */
export function compare(name: string, moto: readonly Answer[], rehearsal: readonly Answer[]): Comparison {
  const known = all.filter(({ only }) => only === undefined || only === name);
  const agreed: string[] = [];
  const tolerated: string[] = [];
  const used = new Set<Known>();
  const differences: Difference[] = [];
  const names = { moto: createNumbering(), rehearsal: createNumbering() };
  for (let index = 0; index < Math.max(moto.length, rehearsal.length); index += 1) {
    const [one, other] = [moto[index], rehearsal[index]];
    const operation = rehearsal[index]?.operation ?? moto[index]?.operation ?? '';
    if (!one || !other || one.operation !== other.operation) {
      differences.push({
        operation,
        path: '',
        moto: one?.operation ?? 'no call',
        rehearsal: other?.operation ?? 'no call',
      });
      break;
    }
    const raw = differ(operation, content(one), content(other), masked, masked);
    const rows = new Set(raw.flatMap((difference) => known.filter((row) => matches(row, difference))));
    for (const row of rows) used.add(row);
    const refusal = raw[0]?.path === '!';
    const found = refusal
      ? raw.filter(() => rows.size === 0)
      : differ(
          operation,
          prune(known, operation, content(one)),
          prune(known, operation, content(other)),
          names.moto,
          names.rehearsal,
        );
    differences.push(...found);
    if (found.length === 0) (rows.size > 0 ? tolerated : agreed).push(operation);
  }
  return { agreed, tolerated, used, differences };
}

const content = ({ output, error }: Answer): Plain =>
  error === undefined ? (simplify(output) ?? {}) : { '!': error };

const code = (answer: Plain): string | undefined =>
  typeof answer === 'object' && answer !== null && '!' in answer ? String(answer['!']) : undefined;

function differ(
  operation: string,
  moto: Plain,
  rehearsal: Plain,
  motoName: (text: string) => string,
  rehearsalName: (text: string) => string,
): Difference[] {
  // Where one refuses and the other does not, the rest is not to be compared.
  if (code(moto) !== undefined || code(rehearsal) !== undefined) {
    const row = {
      operation,
      path: '!',
      moto: code(moto) ?? 'accepted',
      rehearsal: code(rehearsal) ?? 'accepted',
    };
    return row.moto === row.rehearsal ? [] : [row];
  }
  const [one, other] = [scalars(ordered(moto), motoName), scalars(ordered(rehearsal), rehearsalName)];
  const paths = [...new Set([...one.keys(), ...other.keys()])].sort();
  const show = (values: string[] | undefined): string => values?.join(', ') ?? 'absent';
  return paths
    .map((path) => ({ operation, path, moto: show(one.get(path)), rehearsal: show(other.get(path)) }))
    .filter((row) => row.moto !== row.rehearsal);
}

/** Takes out what is known to differ. */
function prune(known: readonly Known[], operation: string, value: Plain, path = ''): Plain {
  if (Array.isArray(value)) return value.map((item) => prune(known, operation, item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]): [string, Plain][] => {
      const inner = path ? `${path}.${key}` : key;
      if (known.some((row) => matches(row, { operation, path: inner }))) return [];
      return [[key, prune(known, operation, member, inner)]];
    }),
  );
}
