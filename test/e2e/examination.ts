import { expect, vi } from 'vitest';
import type { Rehearsal, Run } from './rehearsal.ts';

/** What the doctor finds, as a program reads it. */
export interface Finding {
  readonly id: string;
  readonly what: string;
  readonly evidence: readonly string[];
  readonly fix: string;
  readonly symptom: boolean;
}

/** For what the cluster takes a moment to show; the machine may be busy. */
export const soon = { timeout: 60_000, interval: 100 };

export const ids = (findings: readonly Finding[]): string[] => [...new Set(findings.map(({ id }) => id))];

/** The finding of a diagnosis, as what, evidence and fix in one text. */
export const told = (all: readonly Finding[], id: string): string =>
  all
    .filter((one) => one.id === id)
    .map(({ what, evidence, fix }) => [what, ...evidence, fix].join('\n'))
    .join('\n');

/** Runs the doctor until it finds these, which the cluster takes a moment to show. */
export function findings(rehearsal: Rehearsal, ...expected: string[]): Promise<Finding[]> {
  return vi.waitFor(async () => {
    const run = await rehearsal.runJson(['doctor']);
    expect(run.exitCode, run.stderr).toBe(3);
    expect(ids(run.data.findings)).toEqual(expect.arrayContaining(expected));
    return run.data.findings as Finding[];
  }, soon);
}

/** Has the doctor cure what it can. */
export const cure = (
  rehearsal: Rehearsal,
): Promise<Run & { data: { findings: Finding[]; cured: Finding[] } }> =>
  rehearsal.runJson(['doctor', '--fix', '--yes']);
