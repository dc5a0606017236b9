import { createInterface } from 'node:readline/promises';
import { UsageError } from '../errors/user-error.ts';

/**
 * Asks for consent on the terminal; `yes` is consent given beforehand.
 *
 * @throws UsageError when it is not given, or when there is no terminal to ask on
 */
export async function confirm(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError({ what: 'this needs your consent', why: question, fix: 'add --yes' });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new UsageError({
    what: 'nothing was done',
    why: 'you did not say yes',
    fix: 'answer y, or add --yes',
  });
}
