import { describe, expect, it } from 'vitest';
import { withDefaults } from '../../../sandbox/eksctl/config/config.ts';
import { expandConfig, toYaml } from '../../../sandbox/eksctl/config/expand.ts';
import { parseDocument } from '../../../sandbox/eksctl/config/read.ts';
import { validateConfig } from '../../../sandbox/eksctl/config/validate.ts';
import { eksctl } from './host.ts';

const head = `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: c1, region: ap-northeast-1, version: "1.34" }
`;
const parse = (rest: string) => withDefaults(parseDocument(head + rest));
const create = (file: string, ...argv: string[]) =>
  eksctl(['create', 'cluster', '-f', '-', ...argv], { AWS_REGION: 'ap-northeast-1' }, file);

describe('a ClusterConfig', () => {
  it('with an unknown field is refused in the words of Go (transcripts/eksctl/a19-unknown-field.txt)', async () => {
    const { ending, stderr } = await create(`${head}fargateProfile: []\n`, '--dry-run');
    expect(ending).toBe(1);
    expect(stderr).toBe(
      'Error: loading config file "-": error unmarshaling JSON: while decoding JSON: json: unknown field "fargateProfile"\n',
    );
  });

  it('with a version that YAML reads as a number is refused', () => {
    expect(() => parseDocument(head.replace('"1.34"', '1.34'))).toThrow(
      'json: cannot unmarshal number into Go struct field ClusterConfig.metadata.version of type string',
    );
  });

  it('excludes the flags for the same things (transcripts/eksctl/a21, a22)', async () => {
    expect((await create(head, '--name', 'zz')).stderr).toBe(
      'Error: cannot use --name when --config-file/-f is set\n',
    );
    expect((await create(head, '--region', 'us-west-2')).stderr).toBe(
      'Error: cannot use --region when --config-file/-f is set\n',
    );
  });

  it('without the VPC CNI is refused before any call (transcripts/eksctl/a9-refused-no-vpc-cni.txt)', async () => {
    const { stderr } = await create(`${head}addonsConfig: { disableDefaultAddons: true }
fargateProfiles: [{ name: fp, selectors: [{ namespace: default }] }]
`);
    expect(stderr).toMatch(
      /^Error: fields nodeGroups, managedNodeGroups, fargateProfiles, .* after cluster creation is successful\n$/,
    );
  });

  it.each([
    'nodeGroups: [{ name: ng }]',
    'autoModeConfig: { enabled: true }',
    'vpc: { nat: { gateway: HighlyAvailable } }',
    'vpc: { id: vpc-1 }',
    'iam: { withOIDC: true, serviceAccounts: [{ metadata: { name: x }, wellKnownPolicies: { awsLoadBalancerController: true } }] }',
    'cloudWatch: { clusterLogging: { enableTypes: ["*"], logRetentionInDays: 7 } }',
    'kubernetesNetworkConfig: { ipFamily: IPv6 }',
  ])('that asks for more than is emulated says so: %s', async (rest) => {
    const { ending, stderr } = await create(`${head}${rest}\n`);
    expect(stderr).toMatch(/^Error: the rehearsal's eksctl does not emulate /);
    expect(ending).toBe(1);
  });

  it('that does not exist is named', async () => {
    const { stderr } = await eksctl(['create', 'cluster', '-f', 'nowhere.yaml']);
    expect(stderr).toBe(
      'Error: reading config file "nowhere.yaml": open nowhere.yaml: no such file or directory\n',
    );
  });

  it.each([
    ['upgradePolicy: { supportType: CHEAP }', 'upgradePolicy.supportType must be either'],
    ['iam: { serviceAccounts: [{ metadata: { name: x }, attachPolicyARNs: [a] }] }', 'iam.withOIDC must be'],
    ['iam: { withOIDC: true, serviceAccounts: [{ metadata: { name: x } }] }', 'attachPolicy must be set'],
    ['fargateProfiles: [{ name: fp }]', 'no profile selector'],
    ['fargateProfiles: [{ name: fp, selectors: [{ namespace: "" }] }]', 'empty namespace'],
    ['cloudWatch: { clusterLogging: { enableTypes: [everything] } }', 'is unknown'],
  ])('is validated: %s', (rest, message) => {
    expect(() => validateConfig(parse(rest))).toThrow(message);
  });
});

describe('the expansion of a dry run', () => {
  it('is the YAML of transcripts/eksctl/a3-dryrun-config.txt', () => {
    const config = withDefaults(
      parseDocument(`apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata:
  name: c1
  region: ap-northeast-1
  version: "1.34"
  tags: { lbc-setup/managed: "true", team: lab }
autoModeConfig: { enabled: false }
iam: { withOIDC: true }
cloudWatch: { clusterLogging: {} }
fargateProfiles:
- name: fp-default
  selectors: [{ namespace: default }, { namespace: kube-system }]
- name: sample-app
  selectors: [{ namespace: sample }]
`),
    );
    const zones = ['ap-northeast-1c', 'ap-northeast-1d', 'ap-northeast-1a'];
    expect(toYaml(expandConfig(config, zones))).toBe(`accessConfig:
  authenticationMode: API_AND_CONFIG_MAP
addonsConfig: {}
apiVersion: eksctl.io/v1alpha5
autoModeConfig:
  enabled: false
  nodeRoleARN: 'arn:::::'
  permissionsBoundaryARN: 'arn:::::'
availabilityZones:
- ap-northeast-1c
- ap-northeast-1d
- ap-northeast-1a
cloudWatch:
  clusterLogging: {}
fargateProfiles:
- name: fp-default
  selectors:
  - namespace: default
  - namespace: kube-system
  status: ""
- name: sample-app
  selectors:
  - namespace: sample
  status: ""
iam:
  vpcResourceControllerPolicy: true
  withOIDC: true
kind: ClusterConfig
metadata:
  name: c1
  region: ap-northeast-1
  tags:
    lbc-setup/managed: "true"
    team: lab
  version: "1.34"
privateCluster:
  enabled: false
  skipEndpointCreation: false
vpc:
  autoAllocateIPv6: false
  cidr: 192.168.0.0/16
  clusterEndpoints:
    privateAccess: false
    publicAccess: true
  manageSharedNodeSecurityGroupRules: true
  nat:
    gateway: Single
`);
  });

  it('can be fed back and stays the same', () => {
    const config = parse('iam: { withOIDC: true }\naddons: [{ name: vpc-cni }]\n');
    const once = toYaml(expandConfig(config, ['a', 'b']));
    const again = withDefaults(parseDocument(once));
    expect(toYaml(expandConfig(again, again.availabilityZones ?? []))).toBe(once);
  });
});
