import { CreatePolicyCommand, GetPolicyVersionCommand, ListPolicyVersionsCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../src/aws/policy-document.ts';
import { markTags } from '../../src/ownership.ts';
import { clientsOf } from './foreign-world.ts';
import { noCluster, type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  await rehearsal.fail(noCluster);
});
afterAll(() => rehearsal.stop());

/** What an older controller was content with. */
const older = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'elasticloadbalancing:DescribeLoadBalancers', Resource: '*' }],
};

/** Makes a policy past the tool; returns its ARN. */
async function createPolicy(
  PolicyName: string,
  owner?: { cluster: string; region: string },
): Promise<string> {
  const PolicyDocument = JSON.stringify(older);
  const Tags = owner && markTags(owner);
  const { Policy } = await clientsOf(rehearsal).iam.send(
    new CreatePolicyCommand({ PolicyName, PolicyDocument, Tags }),
  );
  return Policy?.Arn ?? '';
}

/** The actions of the version in force. */
async function actionsOf(PolicyArn: string): Promise<unknown[]> {
  const { iam } = clientsOf(rehearsal);
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  const VersionId = Versions.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId;
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return (parsePolicyDocument(PolicyVersion?.Document ?? '')?.Statement ?? []).flatMap(
    ({ Action }) => Action ?? [],
  );
}

it('a policy of ours that an older controller was content with gets what is missing', async () => {
  const region = rehearsal.env.AWS_REGION ?? '';
  const arn = await createPolicy('older', { cluster: 'lbc-setup', region });
  await rehearsal.run(['up', '--yes', '--policy-name', 'older']);
  expect(await actionsOf(arn)).toContain('elasticloadbalancing:DescribeListenerAttributes');
});

it("another's policy of the same name is not changed, nor deleted", async () => {
  const owners = { nobodys: undefined, 'of-another-region': { cluster: 'lbc-setup', region: 'eu-west-1' } };
  for (const [name, owner] of Object.entries(owners)) {
    const arn = await createPolicy(name, owner);
    const position = (await rehearsal.record()).length;
    const { exitCode, stderr } = await rehearsal.run(['up', '--yes', '--policy-name', name]);
    expect(stderr).toMatch(/is not ours and differs[\s\S]*next: choose another --policy-name/);
    expect(exitCode).toBe(1);
    const teardown = await rehearsal.runJson(['teardown', '--yes', '--policy-name', name]);
    expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
    expect(await rehearsal.writes(position)).toEqual([]);
    expect(await actionsOf(arn)).toHaveLength(1);
  }
});
