import type { Case, Step } from './case.ts';
import type { Known } from './known-differences.ts';
import type { Plain } from './normalise.ts';
import type { Answer } from './play.ts';

/** One thing that two servers answer differently. */
export interface Difference {
  readonly step: number;
  /** What was said: the line of the request, or the command. */
  readonly said: string;
  /** `status`, `exit`, `body.metadata.labels`, `stdout` … */
  readonly path: string;
  readonly real: string;
  readonly rehearsal: string;
}

/** What a comparison of one case found. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** The known differences that were met. */
  readonly met: ReadonlySet<Known>;
}

/** How a step reads in a message. */
const saying = (step: Step | undefined): string => {
  if (!step) return 'a step that was not recorded';
  if ('http' in step) return step.http;
  return 'run' in step ? `${step.run} ${step.args.join(' ')}` : '';
};

/** Compares the answers of one case, but for what is known to differ. */
export function compare(
  one: Case,
  real: Readonly<Record<string, Answer>>,
  rehearsal: Readonly<Record<string, Answer>>,
  known: readonly Known[],
): Comparison {
  const met = new Set<Known>();
  const rows = known.filter((row) => row.case === one.name);
  const positions = [...new Set([...Object.keys(real), ...Object.keys(rehearsal)])];
  const differences = positions.flatMap((position) => {
    const step = Number(position);
    const said = saying(one.steps[step]);
    return differ(real[position], rehearsal[position])
      .map((difference) => ({ step, said, ...difference }))
      .filter((difference) => {
        const explained = rows.filter((row) => matches(row, difference));
        for (const row of explained) met.add(row);
        return explained.length === 0;
      });
  });
  return { differences, met };
}

const matches = ({ said, path }: Known, difference: Difference): boolean =>
  said.test(difference.said) && (path === undefined || path.test(difference.path));

type Row = Pick<Difference, 'path' | 'real' | 'rehearsal'>;

function differ(real: Answer | undefined, rehearsal: Answer | undefined): Row[] {
  const one = flatten(real as unknown as Plain);
  const other = flatten(rehearsal as unknown as Plain);
  const show = (value: string | undefined): string => value ?? 'absent';
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((path) => ({ path, real: show(one.get(path)), rehearsal: show(other.get(path)) }))
    .filter((row) => row.real !== row.rehearsal);
}

/** Leaves by path; lines of text are one leaf. */
function flatten(
  value: Plain | undefined,
  path = '',
  leaves = new Map<string, string>(),
): Map<string, string> {
  if (value === undefined) return leaves;
  if (path === 'stdout' || path === 'stderr') return leaves.set(path, (value as string[]).join('\n'));
  if (typeof value !== 'object' || value === null) return leaves.set(path, JSON.stringify(value));
  const entries = Object.entries(value);
  if (entries.length === 0) leaves.set(path, Array.isArray(value) ? '[]' : '{}');
  for (const [name, member] of entries) flatten(member, path === '' ? name : `${path}.${name}`, leaves);
  return leaves;
}
