import { UsageError } from '../errors/user-error.ts';
import { agrees, atTerminal, canAsk } from './ask.ts';

/**
 * Asks for consent on the terminal; `yes` is consent given beforehand.
 *
 * @throws UsageError when it is not given, or when there is no terminal to ask on
 */
export async function confirm(question: string, yes: boolean, signal: AbortSignal): Promise<void> {
  if (yes) return;
  if (!canAsk()) throw new UsageError({ what: 'this needs your consent', why: question, fix: 'add --yes' });
  if (await agrees(question, atTerminal(signal))) return;
  throw new UsageError({
    what: 'nothing was done',
    why: 'you did not say yes',
    fix: 'answer y, or add --yes',
  });
}
