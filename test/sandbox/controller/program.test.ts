import { describe, expect, it, vi } from 'vitest';
import { createClock } from '../../../sandbox/clock.ts';
import { awsLoadBalancerController } from '../../../sandbox/controller/program.ts';
import { createFaultList } from '../../../sandbox/faults.ts';
import type { KubeClient } from '../../../sandbox/kubernetes/api.ts';
import type { ProgramContext } from '../../../sandbox/kubernetes/programs/program.ts';
import { createRandom } from '../../../sandbox/random.ts';

/** Starts the program in a pod that is alone in the world; gives its exit code and the errors in its log. */
async function run(args: readonly string[], env: Record<string, string> = {}) {
  const lines: string[] = [];
  const exit = vi.fn();
  const client = { watch: () => () => undefined } as unknown as KubeClient;
  const world = {
    clock: createClock(10_000),
    random: createRandom(1),
    faults: createFaultList(),
    aws: { endpoint: 'http://127.0.0.1:9' },
  };
  const context = {
    world,
    client,
    pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lbc-0', namespace: 'kube-system' } },
    args,
    env,
    signal: new AbortController().signal,
    listen: () => undefined,
    readFile: async () => undefined,
    log: (line: string) => lines.push(line),
    exit,
  } as unknown as ProgramContext;
  await awsLoadBalancerController.start(context);
  await vi.waitFor(() => expect(exit).toHaveBeenCalled(), { timeout: 5000 });
  const errors = lines
    .map((line) => JSON.parse(line) as { level: string; msg: string; error: string })
    .filter(({ level }) => level === 'error')
    .map(({ msg, error }) => `${msg}: ${error}`);
  return { code: exit.mock.calls[0]?.[0], errors };
}

const noMetadata = { AWS_EC2_METADATA_DISABLED: 'true' };
const disabled =
  'access disabled to EC2 IMDS via client option, or "AWS_EC2_METADATA_DISABLED" environment variable';

describe('the controller ends at once', () => {
  it.each([
    [
      'without a cluster name',
      [],
      {},
      'unable to load controller config: kubernetes cluster name must be specified',
    ],
    [
      'without a region',
      ['--cluster-name=lab'],
      noMetadata,
      `unable to initialize AWS cloud: failed to introspect region from EC2Metadata, specify --aws-region instead if EC2Metadata is unavailable: operation error ec2imds: GetRegion, ${disabled}`,
    ],
    [
      'without a VPC on Fargate, where no metadata answers',
      ['--cluster-name=lab', '--aws-region=ap-northeast-1'],
      {},
      'unable to initialize AWS cloud: failed to get VPC ID: failed to fetch VPC ID from instance metadata: error in fetching vpc id through ec2 metadata: get mac metadata: operation error ec2imds: GetMetadata, canceled, context deadline exceeded',
    ],
    [
      'without its certificate',
      ['--cluster-name=lab', '--aws-region=ap-northeast-1', '--aws-vpc-id=vpc-1'],
      {},
      'problem running manager: open /tmp/k8s-webhook-server/serving-certs/tls.crt: no such file or directory',
    ],
  ])('%s', async (_, args, env, error) => {
    expect(await run(args, env)).toEqual({ code: 1, errors: [error] });
  });

  it('with code 2 for a flag that it does not know', async () => {
    expect((await run(['--nosuch'])).code).toBe(2);
  });

  it('takes the region from its environment', async () => {
    const { errors } = await run(['--cluster-name=lab'], { AWS_REGION: 'ap-northeast-1', ...noMetadata });
    expect(errors[0]).toContain('failed to get VPC ID');
  });
});
