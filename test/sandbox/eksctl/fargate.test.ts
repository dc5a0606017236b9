import { afterAll, beforeAll, it } from 'vitest';
import { clusterConfig } from './clusters.ts';
import { openStage, type Stage } from './rehearsal.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ 'q1.yaml': clusterConfig('q1') });
  await stage.stackOnly('q1');
});
afterAll(() => stage.close());

it('Fargate profiles are made, listed and deleted, and a kubeconfig is written, as recorded', async () => {
  for (const name of [
    'e1-fp-create',
    'e2-fp-again',
    'e2b-fp-same-name-other-ns',
    'e2c-fp-labels',
    'e4-get-fp',
    'e4b-get-fp-missing',
    'e4c-get-addon',
    'e5-delete-fp',
    'e5b-delete-fp-again',
    'e6-write-kubeconfig',
  ])
    await stage.replay(name);
});
