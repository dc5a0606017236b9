import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

describe.each(['4', '3'])('with helm %s', (helm) => {
  let rehearsal: Rehearsal;
  beforeEach(async () => {
    rehearsal = await startRehearsal(['--helm', helm]);
  });
  afterEach(() => rehearsal.stop());

  it('up makes everything, up again writes nothing, teardown leaves nothing', {
    timeout: 300_000,
  }, async () => {
    const up = await rehearsal.runJson(['up', '--yes']);
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
      'lbc-setup',
    );
    expect((await stat(join(folder, 'kubeconfig'))).mode & 0o777).toBe(0o600);
    await expect(access(join(rehearsal.env.HOME ?? '', '.kube/config'))).rejects.toThrow('ENOENT');

    const position = (await rehearsal.record()).length;
    const again = await rehearsal.runJson(['up', '--yes']);
    expect(again, again.stderr).toMatchObject({ exitCode: 0, data: { changed: 0 } });
    expect(await rehearsal.writes(position)).toEqual([]);

    const status = await rehearsal.runJson(['status']);
    expect(status.exitCode, status.stderr).toBe(0);
    expect(new Set(status.data.steps.map((step: { status: string }) => step.status))).toEqual(
      new Set(['ready']),
    );
    expect(await rehearsal.writes(position)).toEqual([]);

    const teardown = await rehearsal.runJson(['teardown', '--yes']);
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
    expect(await rehearsal.inventory()).toEqual([]);
    await expect(access(folder)).rejects.toThrow('ENOENT');
  });
});
