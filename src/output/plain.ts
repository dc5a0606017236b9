import { printable } from './printable.ts';
import type { Outcome, Reporter } from './reporter.ts';

/** One line per event, for logs and pipes. Progress is printed when its text changes, at most every ten seconds a step. */
export function createPlainReporter(stream: NodeJS.WritableStream, quiet: boolean): Reporter {
  const titles = new Map<string, string>();
  const last = new Map<string, { text: string; at: number }>();
  const line = (text: string) => stream.write(`${printable(text)}\n`);
  const verb: Record<Outcome, string> = {
    unchanged: 'ok',
    applied: 'done',
    removed: 'removed',
    kept: 'kept',
    planned: 'would do',
    failed: 'FAILED',
    skipped: 'skipped',
  };
  return {
    plan(steps) {
      for (const { id, title } of steps) titles.set(id, title);
    },
    start: () => {},
    progress(id, text) {
      const before = last.get(id);
      if (quiet || (before && (before.text === text || Date.now() - before.at < 10_000))) return;
      last.set(id, { text, at: Date.now() });
      line(`... ${titles.get(id) ?? id}: ${text}`);
    },
    finish(id, outcome, evidence) {
      if (quiet && outcome !== 'failed') return;
      line(`${verb[outcome]}: ${titles.get(id) ?? id}${evidence ? ` (${evidence})` : ''}`);
    },
    note(text) {
      if (!quiet) line(text);
    },
    warn: (text) => void line(`warning: ${text}`),
    close: async () => {},
  };
}
