import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../sandbox/record.ts';
import { type CommandWithPolicy, committedPolicy, writePolicy } from '../policies/committed.ts';
import { askedFor, differences, policyFor, slowlyAsked } from '../policies/from-record.ts';
import { createCiRole, everything } from '../policies/role.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

// `npm run policies` writes docs/iam anew, from what a role is asked for that may do everything.
const making = process.env.LBC_MAKE_POLICIES !== undefined;

/** Whose credentials the program has. */
interface Identity {
  readonly env: Readonly<Record<string, string>>;
  /** Has it do what one command needs, and nothing else. */
  allow(command: CommandWithPolicy): Promise<void>;
  /** Looks whether the policies are what was asked for. */
  compare(record: readonly RecordedCall[], begun: ReadonlyMap<CommandWithPolicy, number>): Promise<void>;
}

const administrator = async (): Promise<Identity> => ({
  env: {},
  allow: async () => {},
  compare: async () => {},
});

async function roleWithPolicies(rehearsal: Rehearsal): Promise<Identity> {
  const { env, names, arn, allow } = await createCiRole(rehearsal, 'shop');
  return {
    env,
    allow: async (command) => allow(making ? everything : await committedPolicy(command)),
    async compare(record, begun) {
      const ends = [...begun.values(), record.length];
      for (const [index, [command, from]] of [...begun].entries()) {
        const asked = askedFor(record.slice(from, ends[index + 1]), arn);
        if (making) await writePolicy(command, policyFor([...asked, ...slowlyAsked(command, names)], names));
        else expect(differences(await committedPolicy(command), command, asked, names)).toEqual([]);
      }
    },
  };
}

describe.each([
  { helm: '4', whom: 'the administrator', identify: administrator },
  { helm: '3', whom: 'a role of docs/iam', identify: roleWithPolicies },
])('with helm $helm and as $whom', ({ helm, identify }) => {
  let rehearsal: Rehearsal;
  beforeEach(async () => {
    // Slowly, so that what is asked while a command waits is asked.
    rehearsal = await startRehearsal(['--helm', helm, ...(making ? ['--speed', '60'] : [])]);
  });
  afterEach(() => rehearsal.stop());

  it('up makes everything, up again writes nothing, teardown leaves nothing', {
    timeout: 300_000,
  }, async () => {
    const identity = await identify(rehearsal);
    const before = await rehearsal.inventory();
    const begun = new Map<CommandWithPolicy, number>();
    const begin = async (command: CommandWithPolicy): Promise<void> => {
      begun.set(command, (await rehearsal.record()).length);
      await identity.allow(command);
    };
    const run = (...args: string[]) => rehearsal.runJson(args, identity.env);

    await begin('up');
    const up = await run('up', '--yes');
    expect(up, up.stderr).toMatchObject({ exitCode: 0 });

    const answers = up.data.steps.filter(({ id }: { id: string }) => id.startsWith('answer-'));
    for (const { evidence } of answers) {
      const { body } = await rehearsal.fetch(evidence);
      expect(body).toMatch(/^Hello version: v1, instance: helloworld-/);
    }
    expect(answers).toHaveLength(2);

    const folder = join(
      rehearsal.env.XDG_STATE_HOME ?? '',
      'lbc-setup',
      up.data.account,
      up.data.region,
      up.data.cluster,
    );
    expect((await stat(join(folder, 'kubeconfig'))).mode & 0o777).toBe(0o600);
    await expect(access(join(rehearsal.env.HOME ?? '', '.kube/config'))).rejects.toThrow('ENOENT');

    const position = (await rehearsal.record()).length;
    const again = await run('up', '--yes');
    expect(again, again.stderr).toMatchObject({ exitCode: 0, data: { changed: 0 } });
    expect(await rehearsal.writes(position)).toEqual([]);

    await begin('status');
    const looking = (await rehearsal.record()).length;
    const status = await run('status');
    expect(status.exitCode, status.stderr).toBe(0);
    expect(new Set(status.data.steps.map((step: { status: string }) => step.status))).toEqual(
      new Set(['ready']),
    );
    expect(await rehearsal.writes(looking)).toEqual([]);

    await begin('verify');
    const verifying = (await rehearsal.record()).length;
    const verify = await run('verify');
    expect(verify, verify.stderr).toMatchObject({ exitCode: 0 });
    expect(await rehearsal.writes(verifying)).toEqual([]);

    await begin('teardown');
    const teardown = await run('teardown', '--yes');
    expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
    // One load balancer after the other, and the class after its Ingress.
    const removed = (await rehearsal.writes(position))
      .map(
        (call) =>
          /^DELETE .*\/(ingresses|services|ingressclasses)\/(.*-ingress|helloworld-.*)$/.exec(call)?.[1],
      )
      .filter((kind) => kind !== undefined);
    expect(removed.filter((kind) => kind !== 'ingressclasses')).toEqual([
      'ingresses',
      'services',
      'services',
    ]);
    expect(removed.indexOf('ingressclasses')).toBeGreaterThan(removed.indexOf('ingresses'));
    expect(await rehearsal.inventory()).toEqual(before);
    await expect(access(folder)).rejects.toThrow('ENOENT');

    await identity.compare(await rehearsal.record(), begun);
  });
});
