import { execa } from 'execa';
import { type Ending, run } from '../../../sandbox/eksctl/run.ts';

/** What a run left behind: exit code and both streams, line by line. */
export interface Outcome {
  readonly ending: Ending;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const realProgram = process.env.LBC_REAL_EKSCTL;

/**
 * True when the tests are about the real eksctl (`npm run test:real-eksctl`). It sleeps for real seconds, in which the
 * rehearsal's time runs on; the stand-in's seconds are the rehearsal's.
 */
export const isReal = realProgram !== undefined;

/** Runs one eksctl with the given environment to its end. */
export type Eksctl = (argv: readonly string[], env?: Environment, stdin?: string) => Promise<Outcome>;

/** The stand-in, in this process. */
export const standIn: Eksctl = async (argv, env = {}, stdin = '') => {
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
};

const real =
  (program: string): Eksctl =>
  async (argv, env = {}, input = '') => {
    const { PATH, HOME } = process.env;
    const { exitCode, stdout, stderr } = await execa(program, argv, {
      env: { PATH, HOME, ...env },
      extendEnv: false,
      input,
      reject: false,
      stripFinalNewline: false,
    });
    return { ending: exitCode ?? 'killed', stdout, stderr };
  };

/** The one that the tests are about. */
export const eksctl = realProgram === undefined ? standIn : real(realProgram);
