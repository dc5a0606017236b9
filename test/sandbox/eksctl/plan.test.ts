import { describe, expect, it } from 'vitest';
import { createLogger, type Logger } from '../../../sandbox/eksctl/log.ts';
import { task, taskTree } from '../../../sandbox/eksctl/tasks.ts';

const log: Logger = createLogger(0, () => {});
const step = (description: string) => task(description, async () => {});
const tree = (tasks: Parameters<typeof taskTree>[0], options: object = {}) =>
  taskTree(tasks, { log, ...options });
const nested = { nested: true };
const trimmed = (text: string): string => text.replace(/ +$/gm, '');

const pair = (verb: string, name: string) =>
  tree(
    [step(`${verb} IAM role for serviceaccount "${name}"`), step(`${verb} serviceaccount "${name}"`)],
    nested,
  );

describe('the plan of a task tree', () => {
  it('is one line for a single task', () => {
    expect(tree([step('delete cluster control plane "h2" [async]')]).describe()).toBe(
      '1 task: { delete cluster control plane "h2" [async] }',
    );
  });

  it('says so when there is nothing to do', () => {
    expect(tree([]).describe()).toBe('no tasks');
  });

  it('ends without a newline when one task is a tree (transcripts/eksctl/d0-irsa-plan.txt)', () => {
    expect(trimmed(tree([pair('create', 'kube-system/x')], { parallel: true }).describe())).toBe(
      `1 task: {
    2 sequential sub-tasks: {
        create IAM role for serviceaccount "kube-system/x",
        create serviceaccount "kube-system/x",
    } }`,
    );
  });

  it('nests as in transcripts/eksctl/b2-create-c2-inline-sa.txt', () => {
    const accounts = tree([pair('create', 'kube-system/a'), pair('create', 'kube-system/b')], {
      parallel: true,
      nested: true,
    });
    const after = tree(
      [tree([step('create addons')]), step('wait for control plane to become ready'), accounts],
      nested,
    );
    expect(trimmed(tree([step('create cluster control plane "c2"'), after]).describe())).toBe(`
2 sequential tasks: { create cluster control plane "c2",
    3 sequential sub-tasks: {
        1 task: { create addons },
        wait for control plane to become ready,
        2 parallel sub-tasks: {
            2 sequential sub-tasks: {
                create IAM role for serviceaccount "kube-system/a",
                create serviceaccount "kube-system/a",
            },
            2 sequential sub-tasks: {
                create IAM role for serviceaccount "kube-system/b",
                create serviceaccount "kube-system/b",
            },
        },
    }
}
`);
  });

  it('strings top-level members together as in transcripts/eksctl/h8-delete-rk1-real-apiserver.txt', () => {
    const identity = tree([pair('delete', 'kube-system/wk'), step('delete IAM OIDC provider')], nested);
    const roles = tree([step('delete addon IAM "eksctl-rk1-addon-vpc-cni"')], { parallel: true, ...nested });
    const whole = tree([identity, roles, step('delete cluster control plane "rk1" [async]')]);
    expect(trimmed(whole.describe())).toBe(`
3 sequential tasks: {
    2 sequential sub-tasks: {
        2 sequential sub-tasks: {
            delete IAM role for serviceaccount "kube-system/wk",
            delete serviceaccount "kube-system/wk",
        },
        delete IAM OIDC provider,
    }, delete addon IAM "eksctl-rk1-addon-vpc-cni", delete cluster control plane "rk1" [async]
}
`);
  });
});

describe('a run of a task tree', () => {
  const failing = (message: string) =>
    task(message, async () => {
      throw new Error(message);
    });

  it('skips the rest of a sequence after an error', async () => {
    const errors = await tree([failing('first'), failing('second')]).runAll();
    expect(errors.map(String)).toEqual(['Error: first']);
  });

  it('collects the errors of parallel tasks at the top', async () => {
    const errors = await tree([failing('one'), step('fine'), failing('two')], { parallel: true }).runAll();
    expect(errors.map(String)).toEqual(['Error: one', 'Error: two']);
  });

  it('stops at the first error of parallel tasks inside another tree', async () => {
    const endless = task('endless', () => new Promise(() => {}));
    const inner = tree([endless, failing('inner')], { parallel: true, nested: true });
    expect((await tree([inner]).runAll()).map(String)).toEqual(['Error: inner']);
  });

  it('does nothing for a plan', async () => {
    expect(await tree([failing('never')], { plan: true }).runAll()).toEqual([]);
  });
});
