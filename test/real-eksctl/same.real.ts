import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eksctl, standIn } from '../sandbox/eksctl/host.ts';
import type { Recording } from '../sandbox/eksctl/recording.ts';
import { openStage, type Stage } from '../sandbox/eksctl/rehearsal.ts';

const account = '--cluster d1 --namespace kube-system --name aws-load-balancer-controller';
const policy = 'arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy';

/** A cluster's life by flags alone, as the walkthrough of 2021 types it. */
const life: readonly string[] = [
  'create cluster --name d1 --version 1.21 --fargate',
  'create cluster --name d1 --version 1.35 --fargate',
  'create cluster --name d1 --version 1.35 --fargate',
  'utils associate-iam-oidc-provider --cluster d1 --approve',
  'utils associate-iam-oidc-provider --cluster d1 --approve',
  `create iamserviceaccount ${account} --attach-policy-arn=${policy} --override-existing-serviceaccounts --approve`,
  `create iamserviceaccount ${account} --attach-policy-arn=${policy} --override-existing-serviceaccounts --approve`,
  'get iamserviceaccount --cluster d1 -o json',
  'create fargateprofile --cluster d1 --name sample-app --namespace sample',
  'create fargateprofile --cluster d1 --name sample-app --namespace other',
  'get fargateprofile --cluster d1 -o json',
  'create addon --cluster d1 --name vpc-cni',
  'get cluster -o json',
  'utils write-kubeconfig --cluster d1',
  'delete fargateprofile --cluster d1 --name sample-app --wait',
  'delete fargateprofile --cluster d1 --name sample-app --wait',
  `delete iamserviceaccount ${account} --wait`,
  `delete iamserviceaccount ${account} --wait`,
  'delete cluster --name d1 --wait',
  'delete cluster --name d1 --wait',
];

/** The default add-ons come in a random order (facts/eksctl.md §3), so where they appear the order does not count. */
function comparable({ calls, ...recording }: Recording): object {
  const addons = /((vpc-cni|coredns|kube-proxy|metrics-server)(, )?){4}/;
  const lines = recording.stdout.map((line) => line.replace(addons, 'ADD-ONS'));
  const unordered = lines.some((line) => line.includes('ADD-ONS'));
  const sorted = <T>(list: readonly T[]): readonly T[] =>
    unordered
      ? [...new Map(list.map((item) => [JSON.stringify(item), item]))].sort().map(([, item]) => item)
      : list;
  return { ...recording, stdout: sorted(lines), calls: sorted(calls ?? []) };
}

describe('the real eksctl and the stand-in end alike, say the same and make the same calls', () => {
  let real: Stage;
  let emulated: Stage;
  beforeAll(async () => {
    [real, emulated] = await Promise.all([openStage({}, eksctl), openStage({}, standIn)]);
  });
  afterAll(() => Promise.all([real.close(), emulated.close()]));

  it.each(life.map((command, index) => ({ index: index + 1, command })))(
    '$index: $command',
    async ({ command }) => {
      const [expected, actual] = await Promise.all(
        [real, emulated].map((stage) => stage.run(`eksctl ${command}`)),
      );
      if (!expected || !actual) throw new Error('two runs');
      expect(comparable(actual)).toEqual(comparable(expected));
    },
  );
});
