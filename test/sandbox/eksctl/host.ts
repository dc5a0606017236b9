import { type Ending, run } from '../../../sandbox/eksctl/run.ts';

/** What a run left behind: exit code and both streams, line by line. */
export interface Outcome {
  readonly ending: Ending;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the stand-in in this process with the given environment. */
export async function eksctl(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  stdin = '',
): Promise<Outcome> {
  const streams = { stdout: '', stderr: '' };
  const ending = await run(argv, {
    env,
    stdout: (text) => {
      streams.stdout += text;
    },
    stderr: (text) => {
      streams.stderr += text;
    },
    stdin: async () => stdin,
  });
  return { ending, ...streams };
}
