import { afterAll, beforeAll, it } from 'vitest';
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
