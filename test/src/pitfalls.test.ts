import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { diagnoses } from '../../src/doctor/table.ts';

const looked = new Set(diagnoses.map(({ id }) => id));

/**
 * What breaks for real people (facts/pitfalls.md and the failure table of facts/lbc.md), the diagnoses that recognise it,
 * and the test that breaks it in a rehearsal: file of test/e2e, and name. Without a diagnosis it cannot come about, and the
 * test shows that.
 */
const pitfalls: readonly (readonly [name: string, ids: readonly string[], file: string, test: string])[] = [
  ['P1 webhook without endpoints', ['webhook', 'controller-stopped'], 'doctor', 'is recognised with what it'],
  ['P2 no instance metadata', ['controller-crashes'], 'doctor', 'is set up again'],
  ['P3 Pod Identity', ['pod-identity'], 'doctor', 'that cannot work are each recognised'],
  ['P4 old policy', ['policy'], 'doctor', 'is set up again'],
  ['P5 policy of others', ['preflight-names', 'policy'], 'preflight', "somebody else's policy of our name"],
  ['P5 policy that stays', [], 'policy', "another's policy of the same name"],
  ['P6 half a ServiceAccount', ['service-account'], 'doctor-failures', 'one whose stack was rolled back'],
  [
    'P7 IRSA',
    ['service-account', 'irsa'],
    'doctor-failures',
    'a role that does not admit the ServiceAccount',
  ],
  ['P7 no OIDC provider', ['oidc-provider'], 'doctor', 'is set up again'],
  ['P8 CRDs', ['crds'], 'doctor', 'that cannot work are each recognised'],
  ['P9 certificate', ['webhook'], 'doctor', 'is set up again'],
  ['P10 subnets', ['subnets'], 'doctor', 'that cannot work are each recognised'],
  ['P10 no role tags', [], 'hand-made-clusters', 'a cluster in three zones without a single tag is adopted'],
  [
    'P11 pods older than the profile',
    ['pods-older-than-profile'],
    'doctor',
    'are cured where one safe command',
  ],
  ['P11 no profile', ['pods-without-profile'], 'doctor', 'that cannot work are each recognised'],
  ['P12 stale APIService', ['unavailable-apis', 'stuck-namespaces'], 'doctor', 'that cannot work are each'],
  ['P13 Fargate refuses', ['fargate-refuses'], 'doctor', 'that cannot work are each recognised'],
  [
    'P14 a profile that changes',
    ['sample-profile'],
    'doctor-failures',
    'a Fargate profile that is being deleted',
  ],
  ['P15 quotas', ['preflight-quotas'], 'preflight', 'without room for a VPC nothing is made'],
  ['P16 cluster stack rolled back', ['cluster'], 'faults', 'a stack that rolls back is told with its cause'],
  ['P17 leftovers', ['leftovers'], 'doctor-failures', 'outlived its cluster'],
  ['P17 orphans', ['orphaned-load-balancers'], 'doctor', 'is recognised with what it leaves behind'],
  ['P18 IngressClass first', ['ingress-class-gone'], 'doctor', 'that cannot work are each recognised'],
  ['P18 controller gone', ['load-balancer-objects'], 'doctor', 'is recognised with what it leaves behind'],
  [
    'shared group left',
    ['shared-group-left'],
    'doctor-failures',
    'what is left when load balancers go while',
  ],
  ['shared group swept', ['shared-group-gone'], 'doctor', 'is recognised with what it leaves behind'],
  ['P19 no targets', ['targets', 'instance-targets'], 'doctor', 'that cannot work are each recognised'],
  ['P20 release', ['release'], 'doctor', 'is set up again'],
  ['P21 throttling', [], 'doctor-failures', 'a throttled account'],
  ['P22 deletion protection', ['deletion-protection'], 'doctor', 'that cannot work are each recognised'],
  ['no region', ['controller-crashes'], 'doctor-failures', 'a controller without a role'],
  ['VPC tags', ['controller-crashes'], 'doctor-failures', 'tags that no VPC has'],
  ['no cluster name', ['controller-crashes'], 'doctor-failures', 'no cluster name'],
  ['no role', ['service-account', 'pods-without-role'], 'doctor-failures', 'a controller without a role'],
  ['permissions', ['policy'], 'doctor-failures', 'a policy that lacks actions'],
  [
    'annotations and ports',
    ['load-balancer-objects'],
    'doctor-failures',
    'objects that the controller cannot',
  ],
  ['pod ENI unknown', ['controller-arguments'], 'doctor-failures', 'a controller of another VPC'],
  ['wrong cluster name', ['controller-arguments'], 'doctor', 'is set up again'],
  [
    'load balancer protected',
    ['load-balancer-objects'],
    'doctor-failures',
    'objects that the controller cannot',
  ],
];

it.each(pitfalls)(
  '%s is recognised, or cannot come about, and a test shows it',
  async (_, ids, file, test) => {
    for (const id of ids) expect(looked, id).toContain(id);
    expect(await readFile(new URL(`../e2e/${file}.test.ts`, import.meta.url), 'utf8')).toContain(test);
  },
);
