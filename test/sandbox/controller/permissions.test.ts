import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, it } from 'vitest';
import { type Lab, type LabOptions, soon, startLab } from './lab.ts';
import { networkService } from './sample.ts';

let lab: Lab | undefined;
afterEach(() => lab?.stop());

const start = async (options: LabOptions): Promise<Lab> => {
  lab = await startLab(options);
  // The chart installs and the pods are ready whatever the role may do.
  await lab.install();
  await lab.deploySample();
  return lab;
};
const eventually = (lab: Lab, name: string, text: RegExp): Promise<void> =>
  soon(async () => expect(await lab.events(name)).toContainEqual(expect.stringMatching(text)));

describe('a controller whose role', () => {
  it('does not trust its ServiceAccount says so about each load balancer', async () => {
    const lab = await start({ trusted: false });
    await lab.client.create('services', networkService());
    await eventually(
      lab,
      'helloworld',
      /^FailedBuildModel: Failed build model due to operation error Elastic Load Balancing v2: DescribeLoadBalancers, get identity: get credentials: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, RequestID: \S+, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity$/,
    );
    expect((await lab.get('services', 'helloworld'))?.metadata.finalizers ?? []).toEqual([]);
  });

  it('lacks permissions says which, step by step, and recovers when it gets them', async () => {
    const lab = await start({ actions: ['ec2:*', 'elasticloadbalancing:Describe*'] });
    await lab.client.create('services', networkService());
    await eventually(
      lab,
      'helloworld',
      /^FailedDeployModel: Failed deploy model due to operation error Elastic Load Balancing v2: CreateTargetGroup, https response error StatusCode: 403, RequestID: \S+, api error AccessDenied: User: arn:aws:sts::123456789012:assumed-role\/lbc-role\/\d+ is not authorized to perform: elasticloadbalancing:CreateTargetGroup on resource: /,
    );
    const logs = await lab.run(
      'kubectl',
      'logs',
      '-n',
      'kube-system',
      '--tail=-1',
      '-l',
      'app.kubernetes.io/name=aws-load-balancer-controller',
    );
    expect(logs.output).toContain(
      'unable to determine AWS Shield subscription state, skipping AWS shield reconciliation',
    );
    const statement = {
      Effect: 'Allow',
      Action: ['ec2:*', 'elasticloadbalancing:*'],
      Resource: '*',
    };
    await lab.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'lbc-role',
        PolicyName: 'lbc',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      }),
    );
    // The next try may be minutes away: the object is touched instead.
    await lab.client.patch('services', 'helloworld', 'sample', {
      metadata: { annotations: { touched: '1' } },
    });
    expect(await lab.hostname('services', 'helloworld')).toMatch(/^k8s-sample-hellowor-/);
    const combined = (await lab.events('helloworld')).filter((each) => each.includes('(combined from'));
    expect(combined.length).toBeLessThanOrEqual(1);
  });
});
