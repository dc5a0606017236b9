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
  { input, output, signal }: Dialogue,
): Promise<string> {
  const terminal = createInterface({ input, output });
  // In raw mode the terminal leaves the interrupt to us.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<never>((_, reject) => {
    terminal.on('close', () =>
      reject(new UsageError({ what: 'nothing was answered', why: question, fix: 'answer, or add --yes' })),
    );
  });
  ended.catch(() => {});
  try {
    for (;;) {
      const asked = terminal.question(`${question} [${proposal}] `, { signal });
      const answer = (await Promise.race([asked, ended])).trim() || proposal;
      const wrong = problem(answer);
      if (wrong === undefined) return answer;
      output.write(`${wrong}\n`);
    }
  } finally {
    terminal.close();
  }
}
