import type { Explanation } from '../errors/user-error.ts';
import { printable } from './printable.ts';

/** The longest line of a reason, in characters; the log of the run has them whole. */
const longestLine = 1_000;

/** An error as it is printed: what happened, why, and what to do next. */
export function formatError({ what, why, fix }: Explanation): string {
  const reason = why ? `\n  why: ${why.trim().split('\n').map(shorten).join('\n       ')}` : '';
  return printable(`error: ${shorten(what)}${reason}\n  next: ${fix}`);
}

const shorten = (line: string): string =>
  line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
