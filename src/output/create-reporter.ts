import { createJsonReporter } from './json.ts';
import { createPlainReporter } from './plain.ts';
import type { Reporter } from './reporter.ts';
import { createTerminalReporter } from './terminal.ts';

/** What decides how progress is shown. */
export interface ReporterOptions {
  readonly output: 'text' | 'json';
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** A live list on a terminal, lines elsewhere (and in CI), JSON lines when the result is JSON too. */
export function createReporter({ output, quiet = false, color }: ReporterOptions): Reporter {
  if (!color) process.env.NO_COLOR = '1';
  if (output === 'json') return createJsonReporter(process.stderr, quiet);
  const { CI, TERM } = process.env;
  // CI=false is how people say that this is none.
  const inCi = CI !== undefined && CI !== '' && CI !== 'false';
  const live = process.stderr.isTTY && !inCi && TERM !== 'dumb';
  return live && !quiet ? createTerminalReporter() : createPlainReporter(process.stderr, quiet);
}
