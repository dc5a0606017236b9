/** One command of the rehearsed life cycle, and what it took. */
export interface Phase {
  readonly title: string;
  readonly exitCode: number;
  readonly seconds: number;
  readonly steps: number;
  /** Steps that did something. */
  readonly changed: number;
  readonly awsCalls: number;
  readonly toolRuns: number;
  /** What the rehearsal recorded as written on the user's behalf. */
  readonly writes: readonly string[];
}

/** What `lbc-setup rehearse` found. */
export interface Rehearsal {
  readonly passed: boolean;
  readonly phases: readonly Phase[];
  readonly leftovers: readonly { readonly kind: string; readonly id: string }[];
}

const columns: readonly [heading: string, cell: (phase: Phase) => string][] = [
  ['command', ({ title }) => title],
  ['exit', ({ exitCode }) => String(exitCode)],
  ['seconds', ({ seconds }) => seconds.toFixed(1)],
  ['steps', ({ steps }) => String(steps)],
  ['changed', ({ changed }) => String(changed)],
  ['AWS calls', ({ awsCalls }) => String(awsCalls)],
  ['tool runs', ({ toolRuns }) => String(toolRuns)],
  ['writes', ({ writes }) => String(writes.length)],
];

/** The rehearsal as a table with a closing line. */
export function rehearsalTable({ passed, phases, leftovers }: Rehearsal): string {
  const rows = [
    columns.map(([heading]) => heading),
    ...phases.map((phase) => columns.map(([, cell]) => cell(phase))),
  ];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  '),
  );
  const again = phases.find(({ title }) => title === 'up again');
  const closing = [
    `writes of the second up: ${again ? again.writes.length : 'not reached'}`,
    ...(again?.writes ?? []).map((call) => `  ${call}`),
    `left over: ${leftovers.length}`,
    ...leftovers.map(({ kind, id }) => `  ${kind} ${id}`),
    passed ? 'The rehearsal passed.' : 'The rehearsal FAILED.',
  ];
  return `\n${[...lines, '', ...closing].join('\n')}\n`;
}
