import { expect, it } from 'vitest';
import { type Rehearsal, startRehearsal } from '../e2e/rehearsal.ts';
import { type CommandWithPolicy, commandsWithPolicy, committedPolicy } from './committed.ts';
import { askedFor, askedWhenSlow, dispensable } from './from-record.ts';
import { runWith } from './one-less.ts';
import { type CiRole, createCiRole, everything } from './role.ts';

/**
 * Takes one action after the other away, in the order in which they are first used. What a run that failed has left is
 * the next one's world: it goes on from there and meets the next missing action. For actions that were not met, because
 * what they are for was done already, a new world is made.
 */
it.concurrent.each(commandsWithPolicy)(
  '%s fails without any one action of its policy, and names it',
  async (command) => {
    const actions = (await committedPolicy(command)).Statement.flatMap(({ Action }) => Action);
    // These may not be asked at all, or not be missed.
    const slow = new Set(askedWhenSlow[command].map(([action]) => action));
    const optional = (action: string): boolean =>
      slow.has(action) || dispensable[command].untold.test(action);
    const used = await inNewWorld(command, (rehearsal, role) => orderOfUse(command, rehearsal, role));
    let left: readonly string[] = used.filter((action) => !optional(action));
    expect([...left].sort()).toEqual(actions.filter((action) => !optional(action)).sort());
    const needless: string[] = [];
    while (left.length > 0) {
      const missed = await inNewWorld(command, (rehearsal, role) => leaveOut(left, command, rehearsal, role));
      // Where there was everything to do, and it was not missed.
      const [first] = left;
      if (first !== undefined && missed[0] === first) needless.push(first);
      left = missed.filter((action) => !needless.includes(action));
    }
    expect(needless, 'actions without which it succeeds').toEqual([]);
  },
);

/** Does something in a world in which the command has something to do. */
async function inNewWorld<T>(
  command: CommandWithPolicy,
  work: (rehearsal: Rehearsal, role: CiRole) => Promise<T>,
): Promise<T> {
  const rehearsal = await startRehearsal();
  try {
    const role = await createCiRole(rehearsal, 'shop');
    if (command !== 'up') {
      await role.allow(everything);
      const { exitCode, stderr } = await rehearsal.run(['up', '--yes'], role.env);
      expect(exitCode, stderr).toBe(0);
    }
    return await work(rehearsal, role);
  } finally {
    await rehearsal.stop();
  }
}

async function orderOfUse(
  command: CommandWithPolicy,
  rehearsal: Rehearsal,
  role: CiRole,
): Promise<readonly string[]> {
  const position = (await rehearsal.record()).length;
  const { exitCode, stderr } = await runWith(rehearsal, role, command);
  expect(exitCode, stderr).toBe(0);
  const asked = askedFor(await rehearsal.record(position), role.arn);
  return [...new Set(asked.map(({ action }) => action))];
}

/** Runs the command without each action in turn, which it has to name. Gives the actions that were not met. */
async function leaveOut(
  actions: readonly string[],
  command: CommandWithPolicy,
  rehearsal: Rehearsal,
  role: CiRole,
): Promise<readonly string[]> {
  const missed: string[] = [];
  for (const action of actions) {
    const { exitCode, stdout, stderr } = await runWith(rehearsal, role, command, action);
    const named = (stderr + stdout).includes(action);
    if (exitCode === 0 && !(named && dispensable[command].told.test(action))) missed.push(action);
    else expect(named, `without ${action}: ${stderr}${stdout}`).toBe(true);
  }
  return missed;
}
