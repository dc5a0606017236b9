import { afterAll, beforeAll, it } from 'vitest';
import { accountsAndProfile, clusterConfig } from './clusters.ts';
import { openStage, type Stage } from './rehearsal.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({
    'k4.yaml': clusterConfig('k4'),
    'm2.yaml': clusterConfig('m2'),
    's2.yaml': clusterConfig('s2', accountsAndProfile),
  });
  await Promise.all(['k4', 'm2', 's2'].map((name) => stage.stackOnly(name)));
});
afterAll(() => stage.close());

it('a creation that was killed while the stack was made is completed as recorded', async () => {
  for (const name of ['k4c-create-addon-f', 'k4d-create-fp-f', 'k4e-create-fp-again'])
    await stage.replay(name);
});

it('CoreDNS is moved to Fargate, though its profile is there already, as recorded', async () => {
  await stage.run('eksctl create addon -f m2.yaml');
  await stage.aws('eks', 'CreateFargateProfile', {
    clusterName: 'm2',
    fargateProfileName: 'fp-default',
    podExecutionRoleArn: await stage.output('eksctl-m2-cluster', 'FargatePodExecutionRoleARN'),
    selectors: [{ namespace: 'default' }, { namespace: 'kube-system' }],
    clientRequestToken: 'm2',
  });
  await stage.replay('k6b-resume-fp');
});

it('a creation with service accounts is completed as recorded', async () => {
  await stage.replay('r1-resume-oidc-f');
  await stage.replay('r2-resume-addon-f');
  await stage.replay('r3-resume-irsa-f', { hidden: [/wk/, /aws-load-balancer-controller/] });
  await stage.replay('r4-resume-fp-f');
});
