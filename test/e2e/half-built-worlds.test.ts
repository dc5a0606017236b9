import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DeleteNetworkInterfaceCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateFargateProfileCommand,
  DeleteFargateProfileCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
} from '@aws-sdk/client-eks';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  ListEntitiesForPolicyCommand,
  ListPolicyVersionsCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { markTags } from '../../src/ownership.ts';
import { clientsOf } from './foreign-world.ts';
import {
  deleteRoleStack,
  type Hands,
  handsFor,
  rewriteRelease,
  rollBackRoleStack,
  stacksOf,
  system,
} from './own-cluster.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
let hands: Hands;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  for (const command of ['cluster', 'iam', 'install-controller']) await succeed(command, '--yes');
  hands = await handsFor(rehearsal);
}, 180_000);
afterEach(() => rehearsal.fail());
afterAll(() => rehearsal.stop());

const controller = 'aws-load-balancer-controller';
const region = (): string => rehearsal.env.AWS_REGION ?? '';
const policyArn = (name: string): string => `arn:aws:iam::123456789012:policy/${name}`;
const ownPolicy = (): string => policyArn(`AWSLoadBalancerController-lbc-setup-${region()}`);

/** Runs the program, which must succeed, and tells the steps that it applied. */
async function succeed(...args: string[]): Promise<string[]> {
  const run = await rehearsal.runJson(args);
  expect(run, `${args.join(' ')}: ${run.stderr}${run.stdout}`).toMatchObject({ exitCode: 0 });
  return run.data.steps
    .filter(({ outcome }: { outcome: string }) => outcome === 'applied')
    .map(({ id }: { id: string }) => id);
}

/** Runs the program, which must refuse and change nothing, and tells its words. */
async function refuse(...args: string[]): Promise<string> {
  const position = (await rehearsal.record()).length;
  const { exitCode, stderr } = await rehearsal.run(args);
  expect(exitCode, stderr).toBe(1);
  expect(await rehearsal.writes(position)).toEqual([]);
  return stderr;
}

/** A world, and what becomes of it. */
interface World {
  /** How it comes about. */
  readonly build: () => Promise<unknown>;
  /** The command that meets it. */
  readonly command: readonly string[];
  /** The steps that mend it, or what the user is told to decide. */
  readonly outcome: readonly string[] | RegExp;
  /** What is so afterwards. */
  readonly afterwards?: () => Promise<unknown>;
}

/** A stack of a network as somebody makes it, under the name of a cluster's. */
async function createNetworkStack(cluster: string, ours: boolean): Promise<void> {
  const Resources = {
    VPC: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.77.0.0/16' } },
    Subnet: {
      Type: 'AWS::EC2::Subnet',
      Properties: { VpcId: { Ref: 'VPC' }, CidrBlock: '10.77.0.0/24', AvailabilityZone: `${region()}a` },
    },
  };
  await stacksOf(rehearsal).send(
    new CreateStackCommand({
      StackName: `eksctl-${cluster}-cluster`,
      TemplateBody: JSON.stringify({
        Resources,
        Outputs: { VPC: { Value: { Ref: 'VPC' } } },
      }),
      Tags: ours ? markTags({ cluster, region: region() }) : [{ Key: 'team', Value: 'shop' }],
    }),
  );
}

const stackIs = (cluster: string, status: string): Promise<unknown> =>
  vi.waitFor(
    async () => {
      const { Stacks } = await stacksOf(rehearsal).send(
        new DescribeStacksCommand({ StackName: `eksctl-${cluster}-cluster` }),
      );
      expect(Stacks?.[0]?.StackStatus).toBe(status);
    },
    { timeout: 30_000, interval: 50 },
  );

let strayInterface: string | undefined;

/** A stack that somebody deleted while something else was still in its network. */
async function failToDelete(cluster: string): Promise<void> {
  const { ec2 } = clientsOf(rehearsal);
  await createNetworkStack(cluster, true);
  await stackIs(cluster, 'CREATE_COMPLETE');
  const Filters = [{ Name: 'tag:lbc-setup/cluster', Values: [cluster] }];
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  const { NetworkInterface } = await ec2.send(
    new CreateNetworkInterfaceCommand({ SubnetId: Subnets?.[0]?.SubnetId }),
  );
  strayInterface = NetworkInterface?.NetworkInterfaceId;
  await stacksOf(rehearsal).send(new DeleteStackCommand({ StackName: `eksctl-${cluster}-cluster` }));
  await stackIs(cluster, 'DELETE_FAILED');
}

const createProfile = async (fargateProfileName: string): Promise<void> => {
  const { eks } = clientsOf(rehearsal);
  const system = { clusterName: 'lbc-setup', fargateProfileName: 'fp-default' };
  const { fargateProfile } = await eks.send(new DescribeFargateProfileCommand(system));
  const podExecutionRoleArn = fargateProfile?.podExecutionRoleArn;
  const selectors = [{ namespace: 'sample' }];
  await eks.send(
    new CreateFargateProfileCommand({ ...system, fargateProfileName, podExecutionRoleArn, selectors }),
  );
};

const profileIs = (fargateProfileName: string, status: string): Promise<unknown> =>
  vi.waitFor(
    async () => {
      const { fargateProfile } = await clientsOf(rehearsal).eks.send(
        new DescribeFargateProfileCommand({ clusterName: 'lbc-setup', fargateProfileName }),
      );
      expect(fargateProfile?.status).toBe(status);
    },
    { timeout: 30_000, interval: 50 },
  );

const denyEverything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});

async function defaultDocument(PolicyArn: string): Promise<string> {
  const { iam } = clientsOf(rehearsal);
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  );
  return decodeURIComponent(PolicyVersion?.Document ?? '');
}

async function detachFromRole(PolicyArn: string): Promise<void> {
  const { iam } = clientsOf(rehearsal);
  const { PolicyRoles = [] } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
  for (const { RoleName } of PolicyRoles)
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
}

/** A Deployment that looks like another team's controller; its pods do not matter. */
const secondController = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'team-lbc',
    namespace: 'default',
    annotations: { 'meta.helm.sh/release-name': 'team-lbc' },
  },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'team-lbc' } },
    template: {
      metadata: { labels: { app: 'team-lbc' } },
      spec: {
        containers: [{ name: 'c', image: 'public.ecr.aws/eks/aws-load-balancer-controller:v2.13.4' }],
      },
    },
  },
};

/** Every half-built world, in an order in which each leaves the cluster whole for the next. */
const worlds: Readonly<Record<string, World>> = {
  'a cluster stack in DELETE_FAILED that something still holds': {
    build: () => failToDelete('held'),
    command: ['cluster', '--yes', '--cluster', 'held', '--timeout', '5s'],
    outcome: /DELETE_FAILED[\s\S]*next: lbc-setup teardown --cluster held/,
  },
  'a cluster stack in DELETE_FAILED that nothing holds any more': {
    build: async () => {
      const gone = { NetworkInterfaceId: strayInterface };
      await clientsOf(rehearsal).ec2.send(new DeleteNetworkInterfaceCommand(gone));
      // Seeing it removed and made again is enough: making a cluster takes its time.
      const refusal = { kind: 'error', code: 'AccessDenied', message: 'no', status: 403 } as const;
      await rehearsal.fail({ plane: 'aws', call: '^cloudformation:CreateStack$', effect: refusal });
    },
    command: ['cluster', '--yes', '--cluster', 'held'],
    outcome: /cloudformation:CreateStack|CreateStack/,
  },
  'a cluster stack that somebody else is creating': {
    build: async () => {
      const slow = { kind: 'delay', seconds: 30_000 } as const;
      await rehearsal.fail({ plane: 'aws', call: '^ec2:CreateVpc$', effect: slow });
      await createNetworkStack('theirs', false);
    },
    command: ['cluster', '--yes', '--cluster', 'theirs'],
    outcome: /eksctl-theirs-cluster belongs to somebody else[\s\S]*use another --cluster/,
  },
  'a cluster stack of ours that another run is creating': {
    build: async () => {
      const slow = { kind: 'delay', seconds: 30_000 } as const;
      await rehearsal.fail({ plane: 'aws', call: '^ec2:CreateVpc$', effect: slow });
      await createNetworkStack('slow', true);
    },
    command: ['cluster', '--yes', '--cluster', 'slow', '--timeout', '2s'],
    outcome: /not done after 2 s[\s\S]*CloudFormation eksctl-slow-cluster: 0 of 2 resources created/,
  },
  'a policy of ours that is old and has five versions': {
    build: async () => {
      const { iam } = clientsOf(rehearsal);
      const version = { PolicyArn: ownPolicy(), PolicyDocument: denyEverything, SetAsDefault: true };
      for (let count = 0; count < 4; count++) await iam.send(new CreatePolicyVersionCommand(version));
    },
    command: ['iam'],
    outcome: ['policy'],
    afterwards: async () => {
      expect(await defaultDocument(ownPolicy())).toContain('elasticloadbalancing:CreateLoadBalancer');
      const { Versions } = await clientsOf(rehearsal).iam.send(
        new ListPolicyVersionsCommand({ PolicyArn: ownPolicy() }),
      );
      expect(Versions).toHaveLength(5);
    },
  },
  'a policy of that name that is not ours and differs': {
    build: () =>
      clientsOf(rehearsal).iam.send(
        new CreatePolicyCommand({ PolicyName: 'team-other', PolicyDocument: denyEverything }),
      ),
    command: ['iam', '--policy-name', 'team-other'],
    outcome: /team-other is not ours and differs[\s\S]*choose another --policy-name/,
    afterwards: async () => expect(await defaultDocument(policyArn('team-other'))).toBe(denyEverything),
  },
  'a policy of that name that is not ours and grants the same': {
    build: async () =>
      clientsOf(rehearsal).iam.send(
        new CreatePolicyCommand({
          PolicyName: 'team-same',
          PolicyDocument: await defaultDocument(ownPolicy()),
        }),
      ),
    command: ['iam', '--policy-name', 'team-same'],
    outcome: ['service-account'],
    // Whoever deletes the role by hand has to detach it first; `a role whose trust is wrong` leaves that to the tool.
    afterwards: () => detachFromRole(policyArn('team-same')),
  },
  'a role without its ServiceAccount': {
    build: () => hands.kubectl('delete', 'serviceaccount', controller, ...system),
    command: ['iam'],
    outcome: ['service-account'],
    afterwards: async () => {
      const { metadata } = await hands.get('serviceaccount', controller, ...system);
      expect(metadata.annotations?.['eks.amazonaws.com/role-arn']).toContain(':role/eksctl-lbc-setup-');
    },
  },
  'a ServiceAccount without its role': {
    build: () => deleteRoleStack(rehearsal),
    command: ['iam'],
    outcome: ['service-account'],
  },
  'pods older than the annotation of their ServiceAccount': {
    // The role was made anew in the world before this one, under another name.
    build: async () => {},
    command: ['install-controller'],
    outcome: ['controller'],
    afterwards: async () => {
      const { metadata } = await hands.get('serviceaccount', controller, ...system);
      const { items } = await hands.get('pods', ...system, `--selector=app.kubernetes.io/name=${controller}`);
      for (const { spec, metadata: pod } of items.filter(
        (one: { metadata: { deletionTimestamp?: string } }) => !one.metadata.deletionTimestamp,
      )) {
        const role = spec.containers[0].env.find(({ name }: { name: string }) => name === 'AWS_ROLE_ARN');
        expect(role?.value, pod.name).toBe(metadata.annotations?.['eks.amazonaws.com/role-arn']);
      }
    },
  },
  'a role whose trust is wrong, with a policy attached by hand': {
    build: async () => {
      const { iam } = clientsOf(rehearsal);
      const { PolicyRoles = [] } = await iam.send(
        new ListEntitiesForPolicyCommand({ PolicyArn: ownPolicy() }),
      );
      const RoleName = PolicyRoles[0]?.RoleName;
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: policyArn('team-other') }));
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      const PolicyDocument = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')
        .replaceAll(':aud', ':azp')
        .replaceAll('sts.amazonaws.com', 'sts.example.com');
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    },
    command: ['iam'],
    outcome: ['service-account'],
  },
  'a role stack that rolls back': {
    build: async () => {
      const { exitCode, stderr } = await rollBackRoleStack(rehearsal);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('RolesPerAccount: 1000');
    },
    command: ['iam'],
    outcome: ['service-account'],
  },
  'a controller that is Ready without credentials': {
    build: async () => {
      await detachFromRole(ownPolicy());
      expect(await refuse('install-controller')).toMatch(/is not attached to[\s\S]*next: lbc-setup iam/);
    },
    command: ['iam'],
    outcome: ['service-account'],
  },
  'a Fargate profile in CREATE_FAILED': {
    build: async () => {
      const effect = { kind: 'behave', how: 'create-failed' } as const;
      await rehearsal.fail({ plane: 'tool', call: 'eks create fargate-profile half', times: 1, effect });
      await createProfile('half');
      await profileIs('half', 'CREATE_FAILED');
    },
    command: ['cluster', '--yes', '--fargate-profile', 'half'],
    outcome: ['sample-profile'],
    afterwards: () => profileIs('half', 'ACTIVE'),
  },
  'a Fargate profile that is being deleted': {
    build: async () => {
      const effect = { kind: 'delay', seconds: 9000 } as const;
      await rehearsal.fail({ plane: 'tool', call: 'eks delete fargate-profile half', effect });
      const half = { clusterName: 'lbc-setup', fargateProfileName: 'half' };
      await clientsOf(rehearsal).eks.send(new DeleteFargateProfileCommand(half));
    },
    command: ['cluster', '--yes', '--fargate-profile', 'half'],
    outcome: ['sample-profile'],
    afterwards: () => profileIs('half', 'ACTIVE'),
  },
  'a release whose first installation was cut off (pending-install)': {
    build: () =>
      rewriteRelease(hands, ({ info }) => {
        info.status = 'pending-install';
      }),
    command: ['install-controller'],
    outcome: ['release'],
  },
  'a release whose upgrade was cut off (pending-upgrade)': {
    build: () =>
      rewriteRelease(
        hands,
        ({ info }) => {
          info.status = 'pending-upgrade';
        },
        true,
      ),
    command: ['install-controller'],
    outcome: ['release'],
  },
  'a release that failed': {
    build: () =>
      rewriteRelease(hands, ({ info }) => {
        info.status = 'failed';
      }),
    command: ['install-controller'],
    outcome: ['release'],
  },
  'a release of another version that is not ours': {
    build: async () => {
      await rewriteRelease(hands, ({ chart }) => {
        chart.metadata.version = '1.13.0';
      });
      const secrets = ['secret', ...system, '--selector=owner=helm'];
      await hands.kubectl('label', ...secrets, 'lbc-setup/cluster-', '--overwrite');
    },
    command: ['install-controller'],
    outcome:
      /release aws-load-balancer-controller 1\.13\.0 is deployed and is not ours[\s\S]*next: helm uninstall/,
    afterwards: () =>
      hands.kubectl('label', 'secret', ...system, '--selector=owner=helm', 'lbc-setup/cluster=lbc-setup'),
  },
  'a release of ours of another version': {
    build: () =>
      rewriteRelease(hands, ({ chart }) => {
        chart.metadata.version = '1.13.0';
      }),
    command: ['install-controller'],
    outcome: ['release'],
  },
  'CRDs of an older version': {
    build: () =>
      hands.kubectl(
        ...['patch', 'crd', 'ingressclassparams.elbv2.k8s.aws', '--type=json'],
        '--patch=[{"op": "remove", "path": "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/scheme"}]',
      ),
    command: ['install-controller'],
    outcome: ['crds'],
  },
  'a webhook whose certificate the API server does not trust': {
    build: async () => {
      const { data } = await hands.get('configmap', 'kube-root-ca.crt', ...system);
      const caBundle = Buffer.from(data['ca.crt']).toString('base64');
      for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration']) {
        const { webhooks } = await hands.get(kind, 'aws-load-balancer-webhook');
        const patch = webhooks.map((_: unknown, at: number) => ({
          op: 'replace',
          path: `/webhooks/${at}/clientConfig/caBundle`,
          value: caBundle,
        }));
        const change = `--patch=${JSON.stringify(patch)}`;
        await hands.kubectl('patch', kind, 'aws-load-balancer-webhook', '--type=json', change);
      }
      await expect(hands.kubectl('create', 'service', 'clusterip', 'probe', '--tcp=80')).rejects.toThrow(
        /x509/,
      );
    },
    command: ['install-controller'],
    outcome: ['controller'],
    afterwards: async () => {
      await hands.kubectl('create', 'service', 'clusterip', 'probe', '--tcp=80');
      await hands.kubectl('delete', 'service', 'probe');
    },
  },
  'a controller that is scaled to nothing': {
    build: () => hands.kubectl('scale', 'deployment', controller, ...system, '--replicas=0'),
    command: ['install-controller'],
    outcome: ['controller'],
  },
  'a second controller': {
    build: () => hands.apply(secondController),
    command: ['install-controller'],
    outcome:
      /default\/team-lbc is a second load balancer controller[\s\S]*next: helm uninstall team-lbc --namespace default/,
    afterwards: () => hands.kubectl('delete', 'deployment', 'team-lbc'),
  },
  'pods older than the Fargate profile': {
    build: async () => {
      const profile = { clusterName: 'lbc-setup', fargateProfileName: 'fp-default' };
      const { eks } = clientsOf(rehearsal);
      await eks.send(new DeleteFargateProfileCommand(profile));
      await vi.waitFor(() => expect(eks.send(new DescribeFargateProfileCommand(profile))).rejects.toThrow(), {
        timeout: 30_000,
        interval: 50,
      });
      expect(await succeed('cluster', '--yes')).toEqual(['system-profile', 'coredns']);
    },
    command: ['install-controller'],
    outcome: ['controller'],
  },
  'a shared security group that an earlier run left': {
    build: async () => {
      const { ec2, eks } = clientsOf(rehearsal);
      const { cluster } = await eks.send(new DescribeClusterCommand({ name: 'lbc-setup' }));
      const Tags = [
        { Key: 'elbv2.k8s.aws/cluster', Value: 'lbc-setup' },
        { Key: 'elbv2.k8s.aws/resource', Value: 'backend-sg' },
      ];
      await ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: 'k8s-traffic-lbcsetup-left',
          Description: '[k8s] Shared Backend SecurityGroup for LoadBalancer',
          VpcId: cluster?.resourcesVpcConfig?.vpcId,
          TagSpecifications: [{ ResourceType: 'security-group', Tags }],
        }),
      );
    },
    command: ['deploy-sample', 'alb'],
    outcome: ['namespace', 'ingress-class', 'sample-alb'],
    afterwards: async () => {
      const { SecurityGroups } = await clientsOf(rehearsal).ec2.send(
        new DescribeSecurityGroupsCommand({
          Filters: [{ Name: 'tag:elbv2.k8s.aws/resource', Values: ['backend-sg'] }],
        }),
      );
      expect(SecurityGroups?.map(({ GroupName }) => GroupName)).toEqual(['k8s-traffic-lbcsetup-left']);
    },
  },
  'an IngressClass that is gone': {
    build: () => hands.kubectl('delete', 'ingressclass', 'alb-ingress'),
    command: ['deploy-sample', 'alb'],
    outcome: ['ingress-class'],
  },
  'an Ingress that cannot go because its IngressClass went first': {
    build: async () => {
      await hands.kubectl('delete', 'ingressclass', 'alb-ingress');
      await hands.kubectl('delete', 'ingress', 'helloworld-alb', '--namespace=sample', '--wait=false');
    },
    command: ['deploy-sample', 'alb'],
    outcome: ['ingress-class', 'sample-alb'],
    afterwards: async () => {
      const { metadata } = await hands.get('ingress', 'helloworld-alb', '--namespace=sample');
      expect(metadata.deletionTimestamp).toBeUndefined();
    },
  },
};

it.each(Object.entries(worlds))(
  '%s',
  { timeout: 60_000 },
  async (_, { build, command, outcome, afterwards }) => {
    await build();
    if (outcome instanceof RegExp) {
      const { exitCode, stderr } = await rehearsal.run([...command]);
      expect(stderr).toMatch(outcome);
      expect(exitCode).toBe(1);
    } else {
      expect(await succeed(...command)).toEqual(outcome);
    }
    await afterwards?.();
  },
);

it('a release whose Deployment somebody edited is made as it was, once', { timeout: 60_000 }, async () => {
  const containerOf = async () => {
    const { spec } = await hands.get('deployment', controller, ...system);
    return spec.template.spec.containers[0];
  };
  const before = await containerOf();
  const at = '/spec/template/spec/containers/0';
  const patch = [
    { op: 'replace', path: `${at}/args`, value: [...before.args, '--enable-shield=false'] },
    { op: 'replace', path: `${at}/image`, value: before.image.replace(/:v[^:]*$/, ':v3.4.0') },
  ];
  const change = `--patch=${JSON.stringify(patch)}`;
  await hands.kubectl('patch', 'deployment', controller, ...system, '--type=json', change);
  const status = await rehearsal.runJson(['status']);
  expect(status.data.steps.find(({ id }: { id: string }) => id === 'release')).toMatchObject({
    status: 'drifted',
    evidence: expect.stringContaining('image, args as the release does not have it'),
  });
  expect(await succeed('install-controller')).toContain('release');
  expect(await containerOf()).toEqual(before);
  expect(await succeed('install-controller')).toEqual([]);
});
