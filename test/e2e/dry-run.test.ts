import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());

/** Every file below the rehearsal's folder with its time of change, logs and what the tools cache for themselves apart. */
async function files(): Promise<string[]> {
  const { XDG_STATE_HOME = '', XDG_CACHE_HOME = '', HOME = '' } = rehearsal.env;
  const found: string[] = [];
  for (const folder of [XDG_STATE_HOME, XDG_CACHE_HOME, join(HOME, '.kube')]) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || /\/lbc-setup\/logs\/|\/\.kube\/cache\/|\/helm\//.test(path)) continue;
      found.push(`${path} ${(await stat(path)).mtimeMs}`);
    }
  }
  return found.sort();
}

/** Runs a command dry and makes sure of the one thing that counts; returns the lines of each step by its id. */
async function dryRun(...args: string[]): Promise<Record<string, readonly string[]>> {
  const position = (await rehearsal.record()).length;
  const before = await files();
  const { exitCode, stderr, data } = await rehearsal.runJson([...args, '--dry-run']);
  expect(await rehearsal.writes(position)).toEqual([]);
  expect(exitCode, stderr).toBe(0);
  const tools = (await rehearsal.record(position)).filter(({ plane, write }) => plane === 'tool' && write);
  expect(tools).toEqual([]);
  expect(await files()).toEqual(before);
  return Object.fromEntries(
    data.steps.map(({ id, writes }: { id: string; writes?: string[] }) => [id, writes ?? []]),
  );
}

/** The file that a printed command is given. */
const fileOf = (line: string | undefined, option: string): Promise<string> =>
  readFile(new RegExp(`${option} (\\S+)`).exec(line ?? '')?.[1] ?? '', 'utf8');

it('up --dry-run of an empty account prints every command with its file, needs no consent and changes nothing', async () => {
  const plan = await dryRun('up', '--api-cidr', '203.0.113.0/24');
  expect(plan.cluster).toEqual([
    expect.stringMatching(/ eksctl create cluster --config-file \S+cluster\.yaml /),
  ]);
  const config = parse(await fileOf(plan.cluster?.[0], '--config-file'));
  expect(config).toMatchObject({
    kind: 'ClusterConfig',
    vpc: { publicAccessCIDRs: ['203.0.113.0/24'], clusterEndpoints: { privateAccess: true } },
  });
  // eksctl makes these with the cluster.
  for (const id of ['addons', 'system-profile', 'sample-profile', 'coredns'])
    expect(plan[id], id).toEqual([]);
  expect(plan.policy).toEqual([
    expect.stringMatching(/^aws iam create-policy .*AWSLoadBalancerController-lbc-setup/),
  ]);
  expect(plan['service-account']).toEqual([expect.stringMatching(/ eksctl create iamserviceaccount /)]);
  expect(plan.release).toEqual([
    expect.stringMatching(/ helm upgrade --install aws-load-balancer-controller /),
  ]);
  expect(plan['sample-alb']).toEqual([expect.stringMatching(/ kubectl apply --server-side /)]);
  const objects = JSON.parse(await fileOf(plan['sample-alb']?.[0], '<'));
  expect(objects.items.map(({ kind }: { kind: string }) => kind)).toContain('Ingress');
});

it('with a cluster, up --dry-run prints what is missing, teardown --dry-run what is there; the teardown then does just that', {
  timeout: 120_000,
}, async () => {
  const cluster = await rehearsal.runJson(['cluster', '--yes']);
  expect(cluster, cluster.stderr).toMatchObject({ exitCode: 0 });

  const up = await dryRun('up');
  expect(up.cluster).toEqual([]);
  expect(up['service-account']).toHaveLength(1);

  const { stdout } = await rehearsal.run(['teardown', '--dry-run']);
  expect(stdout.indexOf('aws eks delete-fargate-profile')).toBeGreaterThan(-1);
  expect(stdout.indexOf('eksctl delete cluster')).toBeGreaterThan(
    stdout.indexOf('aws eks delete-fargate-profile'),
  );
  const plan = await dryRun('teardown');
  expect(plan['oidc-provider']).toEqual([expect.stringMatching(/^aws iam delete-open-id-connect-provider /)]);

  const teardown = await rehearsal.runJson(['teardown', '--yes']);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  const outcomes = (outcome: string) =>
    teardown.data.steps.filter((step: { outcome: string }) => step.outcome === outcome);
  const planned = Object.keys(plan).filter((id) => plan[id]?.length);
  expect(
    outcomes('removed')
      .map(({ id }: { id: string }) => id)
      .sort(),
  ).toEqual(planned.sort());
});
