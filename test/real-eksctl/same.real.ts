import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eksctl, standIn } from '../sandbox/eksctl/host.ts';
import { type Recording, withTagsByKey } from '../sandbox/eksctl/recording.ts';
import { openStage, type Stage } from '../sandbox/eksctl/rehearsal.ts';

const account = '--cluster d1 --namespace kube-system --name aws-load-balancer-controller';
const policy = 'arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy';

const zones = '--zones ap-northeast-1a,ap-northeast-1c,ap-northeast-1d';

/** A cluster's life by flags alone, as the walkthrough of 2021 types it. */
const life: readonly string[] = [
  'create cluster --name d1 --version 1.21 --fargate',
  // The zones are drawn when they are not given.
  `create cluster --name d1 --version 1.35 --fargate ${zones}`,
  `create cluster --name d1 --version 1.35 --fargate ${zones}`,
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

/** What of a recording must be the same; templates are compared as objects. */
function comparable({ calls = [], ...recording }: Recording): object {
  // The default add-ons come in a random order (facts/eksctl.md §3): where they do, the order does not count.
  const addons = /((vpc-cni|coredns|kube-proxy|metrics-server)(, )?){4}/;
  const stdout = recording.stdout.map((line) => line.replace(addons, 'ADD-ONS'));
  const inputs = calls.map((call) =>
    typeof call === 'string' ? call : { ...call, input: readable(call.input) },
  );
  if (stdout.every((line) => !line.includes('ADD-ONS'))) return { ...recording, stdout, calls: inputs };
  return { ...recording, stdout: stdout.sort(), calls: new Set<unknown>(inputs) };
}

function readable(input: Readonly<Record<string, unknown>>): object {
  const { TemplateBody, ...others } = withTagsByKey(input);
  if (TemplateBody === undefined) return others;
  return { ...others, TemplateBody: unordered(JSON.parse(String(TemplateBody))) };
}

/** A template with its lists and keys sorted: lists of subnets come out of a Go map. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return inOrder(value.map(unordered));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(inOrder(Object.entries(value).map(([key, item]) => [key, unordered(item)])));
}

const inOrder = <T>(list: readonly T[]): T[] =>
  [...list].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));

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
