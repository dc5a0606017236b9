import { createInterface } from 'node:readline/promises';
import { UsageError } from '../errors/user-error.ts';

/** Where questions are asked. */
export interface Dialogue {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Whether there is somebody to ask: a terminal on both sides. */
export const canAsk = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY);

/** The dialogue with who sits at the terminal. */
export const atTerminal = (signal: AbortSignal): Dialogue => ({
  input: process.stdin,
  output: process.stderr,
  signal,
});

/**
 * Asks for a value until it is usable; an empty answer takes the proposal.
 *
 * @param problem what is wrong with an answer; undefined: nothing
 * @throws UsageError when the input ends instead of answering
 */
export async function ask(
  question: string,
  proposal: string,
  problem: (answer: string) => string | undefined,
  dialogue: Dialogue,
): Promise<string> {
  return withQuestions(dialogue, async (answerTo) => {
    for (;;) {
      const answered = await answerTo(`${question} [${proposal}] `);
      if (answered === undefined)
        throw new UsageError({ what: 'nothing was answered', why: question, fix: 'answer, or add --yes' });
      const answer = answered.trim() || proposal;
      const wrong = problem(answer);
      if (wrong === undefined) return answer;
      dialogue.output.write(`${wrong}\n`);
    }
  });
}

/** Asks whether something may be done. Only yes is yes: an empty answer is no, and so is an input that ends (Ctrl-D). */
export const agrees = (question: string, dialogue: Dialogue): Promise<boolean> =>
  withQuestions(dialogue, async (answerTo) =>
    /^y(es)?$/i.test(((await answerTo(`${question} [y/N] `)) ?? '').trim()),
  );

/** Lets questions be asked while the terminal is open; the answer is undefined when the input ends instead. */
async function withQuestions<T>(
  { input, output, signal }: Dialogue,
  talk: (answerTo: (prompt: string) => Promise<string | undefined>) => Promise<T>,
): Promise<T> {
  const terminal = createInterface({ input, output });
  // In raw mode the terminal leaves the interrupt to us.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // A question of readline/promises is never settled when the input ends.
  const ended = new Promise<undefined>((resolve) => terminal.on('close', () => resolve(undefined)));
  try {
    return await talk((prompt) => Promise.race([terminal.question(prompt, { signal }), ended]));
  } finally {
    terminal.close();
  }
}
