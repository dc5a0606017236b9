import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreatePolicyVersionCommand,
  GetPolicyVersionCommand,
  ListPoliciesCommand,
} from '@aws-sdk/client-iam';
import { clientsOf } from './foreign-world.ts';
import type { Rehearsal } from './rehearsal.ts';

// biome-ignore lint/suspicious/noExplicitAny: a Kubernetes object
type Any = any;

const image = 'registry.istio.io/release/examples-helloworld-v1';

/** kubectl as the owner of the cluster that `up` made. */
export function kubectlOf(rehearsal: Rehearsal) {
  const KUBECONFIG = join(
    ...[rehearsal.env.XDG_STATE_HOME ?? '', 'lbc-setup/123456789012/ap-northeast-1/lbc-setup/kubeconfig'],
  );
  const kubectl = async (args: string, input?: object): Promise<string> => {
    const run = await rehearsal.tool('kubectl', args.split(' '), {
      KUBECONFIG,
      ...(input && { INPUT: JSON.stringify(input) }),
    });
    if (run.exitCode !== 0) throw new Error(`kubectl ${args}: ${run.stderr}`);
    return run.stdout;
  };
  const send = async (verb: string, ...objects: object[]): Promise<void> => {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const run = await rehearsal.tool('sh', ['-c', `printf %s "$INPUT" | kubectl ${verb} --filename -`], {
      KUBECONFIG,
      INPUT: list,
    });
    if (run.exitCode !== 0) throw new Error(`kubectl ${verb}: ${run.stderr}`);
  };
  return {
    kubectl,
    apply: (...objects: object[]) => send('apply', ...objects),
    /** Changes an object as somebody does with `kubectl edit`. */
    async edit(what: string, change: (object: Any) => void): Promise<void> {
      const object = JSON.parse(await kubectl(`get ${what} --output json`));
      change(object);
      delete object.metadata.managedFields;
      await send('replace', object);
    },
  };
}

/** A Deployment with one pod of the sample's image. */
export const deployment = (name: string, namespace: string, tag = '1.0', from = image): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: `${from}:${tag}` }] },
    },
  },
});

/** A Service that wants a Network Load Balancer. */
export const balanced = (name: string, annotations: Record<string, string>): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name,
    namespace: 'sample',
    annotations: Object.fromEntries(
      Object.entries({ type: 'external', ...annotations }).map(([key, value]) => [
        `service.beta.kubernetes.io/aws-load-balancer-${key}`,
        value,
      ]),
    ),
  },
  spec: {
    type: 'LoadBalancer',
    selector: { app: 'helloworld-nlb' },
    ports: [{ port: 80, targetPort: 5000 }],
  },
});

/** What a release is left as by a helm that was killed: the newest revision's record says so, label and content. */
export function setReleaseStatus(secret: Any, status: string): void {
  const text = Buffer.from(secret.data.release, 'base64').toString();
  const release = JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString());
  release.info.status = status;
  const packed = gzipSync(JSON.stringify(release)).toString('base64');
  secret.data.release = Buffer.from(packed).toString('base64');
  secret.metadata.labels.status = status;
}

/** Gives the controller's policy a default version that lacks actions, as one of an older controller does. */
export async function agePolicy(rehearsal: Rehearsal, ...actions: string[]): Promise<void> {
  const { iam } = clientsOf(rehearsal);
  const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
  const { Arn: PolicyArn, DefaultVersionId: VersionId } = Policies?.[0] ?? {};
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''));
  for (const statement of document.Statement)
    statement.Action = [statement.Action].flat().filter((one: string) => !actions.includes(one));
  document.Statement = document.Statement.filter(({ Action }: { Action: string[] }) => Action.length > 0);
  const PolicyDocument = JSON.stringify(document);
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
}

/** Sweeps the shared security group while the controller lives, as an overeager clean-up does. */
export async function sweepSharedGroup(rehearsal: Rehearsal): Promise<void> {
  const { ec2, elb } = clientsOf(rehearsal);
  const groups = async (Name: string, value: string) =>
    (await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name, Values: [value] }] })))
      .SecurityGroups;
  const GroupId = (await groups('tag:elbv2.k8s.aws/resource', 'backend-sg'))?.[0]?.GroupId ?? '';
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  for (const { LoadBalancerArn, SecurityGroups = [] } of LoadBalancers) {
    const others = SecurityGroups.filter((one) => one !== GroupId);
    await elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: others }));
  }
  for (const user of (await groups('ip-permission.group-id', GroupId)) ?? []) {
    const IpPermissions = user.IpPermissions?.flatMap(
      ({ IpProtocol, FromPort, ToPort, UserIdGroupPairs = [] }) =>
        UserIdGroupPairs.some((pair) => pair.GroupId === GroupId)
          ? [{ IpProtocol, FromPort, ToPort, UserIdGroupPairs: [{ GroupId }] }]
          : [],
    );
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: user.GroupId, IpPermissions }));
  }
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
}
