import { afterAll, beforeAll, expect, it } from 'vitest';
import { clusterConfig } from './clusters.ts';
import { openStage, type Stage } from './rehearsal.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ 'f1.yaml': clusterConfig('f1') });
});
afterAll(() => stage.close());

it.each([
  'a10-get-cluster-none',
  'a12-assoc-oidc-nocluster',
  'a13-irsa-nocluster',
  'a14-delete-nocluster',
  'a15-fp-nocluster',
  'f1b-delete-nothing',
])('a command for a cluster that is not there ends as recorded in %s', (name) => stage.replay(name));

it('associating the provider takes no --timeout, as the real eksctl does not', async () => {
  const { status, stderr } = await stage.run(
    'eksctl utils associate-iam-oidc-provider --cluster f1 --timeout 1m',
  );
  expect(status).toBe(1);
  expect(stderr.join('')).toMatch(/^Error: .*flag:? --timeout/);
});
