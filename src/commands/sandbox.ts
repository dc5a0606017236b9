import { loadSettings } from '../config/load.ts';
import type { SettingKey } from '../config/settings.ts';
import { UserError } from '../errors/user-error.ts';
import { exitCodes } from '../exit-codes.ts';
import type { OutputOptions } from '../global-options.ts';
import { runLocal } from '../run-local.ts';
import { type BackgroundSandbox, findSandbox, stopSandbox } from '../sandbox/background.ts';
import { describeSandbox, minutes } from '../sandbox/describe.ts';
import { type EnsureOptions, ensureSandbox } from '../sandbox/ensure.ts';
import { changesFor, kubeconfigIn } from '../sandbox/environment.ts';
import type { CommandResult } from './command.ts';
import { shellCommands } from './shell-commands.ts';

/** What can be asked of the rehearsal in the background. */
export type SandboxAction = 'start' | 'stop' | 'status' | 'env';

/** The options of all of them. */
type Options = OutputOptions & EnsureOptions;

/** `lbc-setup sandbox …`: the rehearsal in the background. */
export const runSandbox = (action: SandboxAction, options: Options) =>
  runLocal(options, () => actions[action](options));

const actions: Readonly<Record<SandboxAction, (options: Options) => Promise<CommandResult>>> = {
  start: async (options) => {
    const { sandbox, started } = await ensureSandbox(options);
    return done(summary(sandbox), [
      describeSandbox(sandbox.status),
      `${started ? 'Started' : 'It was running already'}. ${ending(sandbox)}`,
      '',
      'Any command works in it:',
      '  lbc-setup up --sandbox',
      'or let all programs of a terminal (best one of its own) meet it, such as kubectl, helm, aws and curl:',
      '  eval "$(lbc-setup sandbox env)"',
    ]);
  },

  stop: async () => {
    const sandbox = await findSandbox();
    if (!sandbox) return done({ running: false, stopped: false }, ['No sandbox was running.']);
    await stopSandbox(sandbox);
    return done({ running: false, stopped: true }, ['The sandbox is gone, with everything in it.']);
  },

  status: async () => {
    const sandbox = await findSandbox();
    if (!sandbox)
      return done({ running: false }, ['No sandbox is running. Start one: lbc-setup sandbox start']);
    const items = await sandbox.client.inventory();
    const inventory: Record<string, number> = {};
    for (const { kind } of items) inventory[kind] = (inventory[kind] ?? 0) + 1;
    const counts = Object.entries(inventory).sort(([one], [other]) => (one < other ? -1 : 1));
    return done({ ...summary(sandbox), inventory }, [
      describeSandbox(sandbox.status),
      ending(sandbox),
      counts.length > 0 ? `There are ${items.length} things in it:` : 'There is nothing in it.',
      ...counts.map(([kind, count]) => `  ${String(count).padStart(4)}  ${kind}`),
    ]);
  },

  env: async (options) => {
    const sandbox = await findSandbox();
    if (!sandbox) {
      throw new UserError({
        what: 'no sandbox is running',
        why: 'it was not started, was stopped, or ended because nobody used it',
        fix: 'lbc-setup sandbox start',
      });
    }
    const { status } = sandbox;
    const settings = await loadSettings(options, options.config);
    const value = (key: SettingKey) => settings[key]?.value;
    const changes = changesFor(status, process.env);
    // The terminal keeps its home: every program that reads a file there is told by a variable to read another.
    const { HOME: _, ...set } = changes.set;
    const region = value('region') ?? status.region;
    const KUBECONFIG = kubeconfigIn(status, region, value('cluster') ?? '');
    const wanted = { ...changes, set: { ...set, LBC_SETUP_REGION: region, KUBECONFIG } };
    return done(wanted, shellCommands(wanted, process.env));
  },
};

const done = (data: object, lines: readonly string[]): CommandResult => ({
  exitCode: exitCodes.done,
  data,
  text: lines.join('\n'),
});

const summary = ({ status }: BackgroundSandbox): object => {
  const { pid, account, region, speed, seed, since, idleLeft } = status;
  return { running: true, pid, account, region, speed, seed, since, idleLeft };
};

const ending = ({ status: { idleLeft } }: BackgroundSandbox): string =>
  idleLeft === null
    ? 'It ends with: lbc-setup sandbox stop'
    : `It ends when nobody uses it for ${minutes(idleLeft)} more, or with: lbc-setup sandbox stop`;
