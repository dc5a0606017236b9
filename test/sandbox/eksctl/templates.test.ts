import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withDefaults } from '../../../sandbox/eksctl/config/config.ts';
import { planSubnets } from '../../../sandbox/eksctl/config/subnets.ts';
import { accountRoleTemplate } from '../../../sandbox/eksctl/templates/account-role.ts';
import { clusterTemplate } from '../../../sandbox/eksctl/templates/cluster.ts';

const summary = JSON.parse(
  readFileSync(new URL('./fixtures/cluster-stack.json', import.meta.url), 'utf8'),
) as { resources: Record<string, string>; outputs: string[]; controlPlane: object };

const config = withDefaults({
  metadata: {
    name: 's2',
    region: 'ap-northeast-1',
    version: '1.34',
    tags: { 'lbc-setup/managed': 'true', team: 'lab' },
  },
  fargateProfiles: [{ name: 'fp-default', selectors: [{ namespace: 'default' }] }],
});
const zones = ['ap-northeast-1c', 'ap-northeast-1d', 'ap-northeast-1a'];
const template = clusterTemplate({
  config,
  subnets: planSubnets(config.vpc.cidr, zones),
  account: '123456789012',
  partition: 'aws',
});

describe('the cluster stack', () => {
  it('has the logical ids and types that eksctl renders', () => {
    const types = Object.fromEntries(
      Object.entries(template.Resources).map(([id, resource]) => [id, resource.Type]),
    );
    expect(types).toEqual(summary.resources);
    expect(Object.keys(types)).toHaveLength(33);
  });

  it('has the outputs that eksctl renders', () => {
    expect(Object.keys(template.Outputs).sort()).toEqual(summary.outputs);
  });

  it('describes the control plane as eksctl does, zones in the drawn order', () => {
    const { Properties } = template.Resources.ControlPlane ?? { Properties: {} };
    const subnets = (kind: string) =>
      zones.map((zone) => ({ Ref: `Subnet${kind}${zone.replaceAll('-', '').toUpperCase()}` }));
    expect(Properties).toEqual({
      ...summary.controlPlane,
      ResourcesVpcConfig: {
        ...(summary.controlPlane as { ResourcesVpcConfig: object }).ResourcesVpcConfig,
        SubnetIds: [...subnets('Public'), ...subnets('Private')],
      },
    });
  });

  it('leaves out the pod execution role when no profile asks for it', () => {
    const bare = clusterTemplate({
      config: withDefaults({ metadata: config.metadata }),
      subnets: planSubnets('10.0.0.0/16', zones),
      account: '123456789012',
      partition: 'aws',
    });
    expect(Object.keys(bare.Resources)).toHaveLength(32);
    expect(bare.Outputs.FargatePodExecutionRoleARN).toBeUndefined();
  });

  it('passes support type, logging and endpoint access on', () => {
    const { Resources } = clusterTemplate({
      config: withDefaults({
        metadata: config.metadata,
        upgradePolicy: { supportType: 'STANDARD' },
        cloudWatch: { clusterLogging: { enableTypes: ['*'] } },
        vpc: { clusterEndpoints: { privateAccess: true }, publicAccessCIDRs: ['203.0.113.0/24'] },
      }),
      subnets: planSubnets('10.0.0.0/16', zones),
      account: '123456789012',
      partition: 'aws',
    });
    expect(Resources.ControlPlane?.Properties).toMatchObject({
      UpgradePolicy: { SupportType: 'STANDARD' },
      Logging: {
        ClusterLogging: {
          EnabledTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].map((Type) => ({
            Type,
          })),
        },
      },
      ResourcesVpcConfig: {
        EndpointPrivateAccess: true,
        EndpointPublicAccess: true,
        PublicAccessCidrs: ['203.0.113.0/24'],
      },
    });
  });
});

describe('subnets', () => {
  it('are eighths of the range, public ones first', () => {
    expect(planSubnets('192.168.0.0/16', zones)).toEqual([
      { zone: 'ap-northeast-1c', publicCidr: '192.168.0.0/19', privateCidr: '192.168.96.0/19' },
      { zone: 'ap-northeast-1d', publicCidr: '192.168.32.0/19', privateCidr: '192.168.128.0/19' },
      { zone: 'ap-northeast-1a', publicCidr: '192.168.64.0/19', privateCidr: '192.168.160.0/19' },
    ]);
  });

  it('are sixteenths for more than four zones', () => {
    expect(planSubnets('10.0.0.0/16', ['a', 'b', 'c', 'd', 'e']).at(-1)).toEqual({
      zone: 'e',
      publicCidr: '10.0.64.0/20',
      privateCidr: '10.0.144.0/20',
    });
  });
});

describe('a role stack', () => {
  const policy = 'arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy';
  const length = (
    name: string,
    issuerId: string,
    extra: { namespace?: string; policy?: string; roleName?: string } = {},
  ): number => {
    const namespace = extra.namespace ?? 'kube-system';
    const hostAndPath = `oidc.eks.ap-northeast-1.amazonaws.com/id/${issuerId}`;
    return JSON.stringify(
      accountRoleTemplate({
        subject: `serviceaccount "${namespace}/${name}"`,
        namespace,
        name,
        provider: { arn: `arn:aws:iam::123456789012:oidc-provider/${hostAndPath}`, hostAndPath },
        policyArns: [extra.policy ?? policy],
        roleName: extra.roleName,
      }),
    ).length;
  };

  it.each([
    ['d1-irsa-create.txt', 851, length('aws-load-balancer-controller', 'LAB0000Q1')],
    ['d7-role-only.txt', 799, length('ro', 'LAB0000Q1')],
    ['d8-role-name.txt', 848, length('rn', 'LAB0000Q1', { roleName: 'AmazonEKSLoadBalancerControllerRole' })],
    [
      'd10-irsa-stack-fails.txt',
      771,
      length('bad', 'LAB0000Q3', { policy: 'arn:aws:iam::123456789012:policy/Nope' }),
    ],
    ['d18-missing-ns.txt', 785, length('x', 'LAB0000Q3', { namespace: 'newns' })],
  ])('is as many bytes long as the one in %s', (_, recorded, rendered) => {
    expect(rendered).toBe(recorded);
  });
});
