import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { SandboxAction } from './commands/sandbox.ts';
import { addOutputOptions, addSettings } from './global-options.ts';

/** Adds the commands that ask nothing of AWS. */
export function addLocalCommands(program: Command, exit: (code: number) => void): void {
  addSettings(addOutputOptions(program.command('config')))
    .description('show the settings in effect and where each comes from')
    .option('--schema', 'print the JSON schema of lbc-setup.yaml, for editors')
    .action(async (options) => {
      const { showConfig } = await import('./commands/config.ts');
      exit(await showConfig(options));
    });
  addRehearsalOptions(addOutputOptions(program.command('rehearse')))
    .description(
      'run the whole life cycle on an embedded AWS and Kubernetes: free, offline, in about a minute',
    )
    .action(async (options) => {
      const { rehearse } = await import('./commands/rehearse.ts');
      exit(await rehearse(options));
    });
  addSandbox(program, exit);
}

function addSandbox(program: Command, exit: (code: number) => void): void {
  const sandbox = program
    .command('sandbox')
    .description(
      'keep that embedded AWS and Kubernetes in the background, to go step by step and look around',
    );
  const add = (action: SandboxAction, description: string): Command =>
    addOutputOptions(sandbox.command(action))
      .description(description)
      .action(async (options) => {
        const { runSandbox } = await import('./commands/sandbox.ts');
        exit(await runSandbox(action, options));
      });
  addSettings(addRehearsalOptions(add('start', 'start it')), ['region'])
    .option('--eksctl <path>', 'a real eksctl to use there in place of the stand-in', absolute)
    .option(
      '--idle-timeout <minutes>',
      'end it when nobody has used it for so long (default: 60)',
      positiveNumber,
    );
  add('stop', 'end it, with everything in it');
  add('status', 'show whether it runs, and what exists in it');
  addSettings(
    add('env', 'print the shell commands by which kubectl, helm, aws and curl reach it: eval "$(…)"'),
    ['cluster', 'region'],
  );
}

const addRehearsalOptions = (command: Command): Command =>
  command
    .option('--speed <factor>', 'simulated seconds per second (default: 300)', positiveNumber)
    .option('--seed <number>', 'replay the choices of an earlier rehearsal', wholeNumber);

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100_000))
    throw new InvalidArgumentError('It must be a number from 0 (excluded) to 100000.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

/** A path that means the same to a program in another folder. */
const absolute = (path: string): string => resolve(path);
