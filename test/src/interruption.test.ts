import { expect, it } from 'vitest';
import { type CommandEntry, commands } from '../../src/commands/list.ts';
import type { GlobalOptions } from '../../src/global-options.ts';
import { describeInterruption } from '../../src/interruption.ts';

const entry = (name: string): CommandEntry => {
  const found = commands.find((command) => command.name === name);
  if (!found) throw new Error(`no command ${name}`);
  return found;
};
const typed = (options: Partial<GlobalOptions> = {}): GlobalOptions => ({
  output: 'text',
  color: true,
  ...options,
});

it('names the commands to go on with, about the same thing', () => {
  const options = typed({
    cluster: 'a',
    region: 'eu-west-1',
    profile: 'my work',
    config: 'b.yaml',
    yes: true,
    verbose: true,
  });
  expect(describeInterruption(entry('up'), [], options, true).split('\n')).toEqual([
    'interrupted: what exists stays, and is billed',
    "  look:     lbc-setup status --config b.yaml --cluster a --region eu-west-1 --profile 'my work'",
    "  continue: lbc-setup up --config b.yaml --cluster a --region eu-west-1 --profile 'my work' --yes",
    "  undo:     lbc-setup teardown --config b.yaml --cluster a --region eu-west-1 --profile 'my work'",
  ]);
  const removing = typed({ remove: true, inSandbox: true });
  expect(describeInterruption(entry('deploy-sample'), ['alb'], removing, true)).toContain(
    'continue: lbc-setup deploy-sample alb --sandbox --remove\n',
  );
});

it('does not offer to undo a teardown by a teardown', () => {
  expect(describeInterruption(entry('teardown'), [], typed(), true)).not.toContain('undo');
});

it('speaks of the bill only where there may be one', () => {
  expect(describeInterruption(entry('init'), [], typed(), true)).toBe(
    'interrupted: what was done stays\n  continue: lbc-setup init',
  );
  expect(describeInterruption(entry('up'), [], typed(), false)).toBe(
    'interrupted: nothing was changed\n  continue: lbc-setup up',
  );
});

it.each([
  ['teardown', 'keepCluster', '--keep-cluster'],
  ['teardown', 'awsOnly', '--aws-only'],
  ['doctor', 'fix', '--fix'],
  ['up', 'teardownOnFailure', '--teardown-on-failure'],
  ['init', 'force', '--force'],
])('goes on with %s as it was asked for: %s', (name, key, flag) => {
  expect(describeInterruption(entry(name), [], typed({ [key]: true }), true)).toContain(
    `continue: lbc-setup ${name} ${flag}`,
  );
});
