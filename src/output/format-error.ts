import type { Explanation } from '../errors/user-error.ts';
import { printable } from './printable.ts';

/** An error as it is printed: what happened, why, and what to do next. */
export function formatError({ what, why, fix }: Explanation): string {
  const reason = why ? `\n  why: ${why.trim().replaceAll('\n', '\n       ')}` : '';
  return printable(`error: ${what}${reason}\n  next: ${fix}`);
}
