import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { expect, vi } from 'vitest';
import type { Principal, ServiceName } from '../../../sandbox/aws/service.ts';
import type { Fault } from '../../../sandbox/faults.ts';
import type { KubernetesCluster } from '../../../sandbox/kubernetes/api.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { type Eksctl, eksctl, isReal, standIn } from './host.ts';
import {
  collapse,
  entries,
  isRead,
  mask,
  type RecordedCall,
  type Recording,
  recording,
  withTagsByKey,
} from './recording.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How a replay may differ from what was recorded. */
interface Replay {
  /** Added to the environment of the run. */
  readonly env?: Environment;
  /** Corrections of the recording, where the emulation that it was made against differs from AWS. */
  readonly corrected?: (text: string) => string;
  /** Corrections that the stand-in needs and the real program does not, because of the seconds that it counts. */
  readonly hurried?: (text: string) => string;
  /**
   * One comparison each: entries and calls that match are left out of it, because another branch that runs at the
   * same time says or makes them, or because chance does.
   */
  readonly hidden?: readonly RegExp[];
  /** Calls whose number or order depends on what happens meanwhile; left out for the real program. */
  readonly raced?: RegExp;
}

/** A rehearsal with config files, in which recordings are replayed one after the other. */
export interface Stage {
  readonly sandbox: Sandbox;
  /** Simulated seconds in a real millisecond. */
  readonly millisecond: number;
  /** The path that KUBECONFIG names; the file is not there at first. */
  readonly kubeconfig: string;
  /** Runs a command line and tells what it said and did. `-f` names a file given to `openStage`. */
  run(command: string, env?: Environment): Promise<Recording>;
  /** Runs a recorded command line and expects the recorded exit code, output and calls. */
  replay(name: string, options?: Replay): Promise<void>;
  /** Runs something while faults are in force. */
  during<T>(faults: readonly Fault[], action: () => Promise<T>): Promise<T>;
  /** Performs an AWS operation as AWS itself would, for what a scenario presupposes. */
  aws(service: ServiceName, operation: string, input: object): Promise<object>;
  /** An output of a stack. */
  output(stack: string, key: string): Promise<string | undefined>;
  /** The status of a stack. */
  status(stack: string): Promise<string | undefined>;
  /** Leaves what an eksctl that is killed right after CreateStack leaves: the cluster's stack, complete. */
  stackOnly(name: string): Promise<void>;
  /** The Kubernetes API of a cluster, as an administrator sees it. */
  kubernetes(name: string): KubernetesCluster;
  close(): Promise<void>;
}

const speed = 3000;
const region = 'ap-northeast-1';
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'elasticloadbalancing:*', Resource: '*' }],
});
const same = (text: string): string => text;
const nobody: Principal = { kind: 'service', arn: 'the test', userId: 'the test' };

/** Starts a rehearsal for a scenario; `files` are its config files by name. */
export async function openStage(
  files: Readonly<Record<string, string>> = {},
  program: Eksctl = eksctl,
): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'eksctl-'));
  const sandbox = await startSandbox({ directory, speed, seed: 1, region });
  const configs = join(directory, 'configs');
  await mkdir(configs);
  for (const [name, content] of Object.entries(files)) await writeFile(join(configs, name), content);
  const kubeconfig = join(directory, 'home', 'kubeconfig');

  async function run(command: string, env: Environment = {}): Promise<Recording> {
    const [, ...words] = command.split(' ');
    const argv = words.map((word) => (word in files ? join(configs, word) : word));
    // On a busy machine the stand-in's time runs away from the default of 25 minutes.
    if (program === standIn && !/--timeout|associate-iam-oidc/.test(command)) argv.push('--timeout', '6h');
    const since = sandbox.world.record.position();
    const outcome = await program(argv, { ...sandbox.env, KUBECONFIG: kubeconfig, ...env });
    const own = sandbox.world.record
      .calls(since)
      .filter(({ caller }) => caller === `arn:aws:iam::123456789012:user/admin`);
    const shown = (stream: string) => entries(stream.replaceAll(kubeconfig, 'KUBECONFIG'));
    return {
      command,
      status: outcome.ending === 'killed' ? -1 : outcome.ending,
      stdout: shown(outcome.stdout),
      stderr: shown(outcome.stderr),
      calls: collapse(own.filter(({ plane }) => plane === 'aws').map(toCall)),
      kubernetes: own
        .filter(({ plane, write }) => plane === 'kubernetes' && write)
        .map(({ call }) => call.replace(/\?.*$/, '')),
    };
  }

  async function replay(name: string, options: Replay = {}) {
    const { env, corrected = same, hurried = same, hidden = [/^$/], raced } = options;
    const text = corrected(JSON.stringify(recording(name)));
    const recorded: Recording = JSON.parse(isReal ? text : hurried(text));
    const actual = await run(recorded.command, env);
    const { source } = recorded;
    expect({ source, status: actual.status, stderr: actual.stderr }).toEqual({
      source,
      status: recorded.status,
      stderr: recorded.stderr,
    });
    for (const pattern of hidden) {
      const visible = (item: unknown) => !pattern.test(JSON.stringify(item));
      expect({ source, stdout: actual.stdout.filter(visible) }).toEqual({
        source,
        stdout: recorded.stdout.filter(visible),
      });
      if (recorded.kubernetes)
        expect({ source, writes: actual.kubernetes?.filter(visible) }).toEqual({
          source,
          writes: recorded.kubernetes.filter(visible),
        });
      const compared = (call: RecordedCall) => visible(call) && !(isReal && raced?.test(nameOf(call)));
      if (recorded.calls && actual.calls)
        expectCalls(
          source,
          collapse(actual.calls.filter(compared)),
          collapse(recorded.calls.filter(compared)),
        );
    }
  }

  const aws: Stage['aws'] = (service, operation, input) =>
    sandbox.world.aws.invoke(service, operation, input, nobody, region);
  await aws('iam', 'CreatePolicy', {
    PolicyName: 'AWSLoadBalancerControllerIAMPolicy',
    PolicyDocument: policy,
  });

  const describe = async (name: string): Promise<Stack | undefined> => {
    const { Stacks } = (await aws('cloudformation', 'DescribeStacks', { StackName: name })) as {
      Stacks: Stack[];
    };
    return Stacks[0];
  };

  return {
    sandbox,
    millisecond: speed / 1000,
    kubeconfig,
    run,
    replay,
    aws,
    output: async (stack, key) =>
      (await describe(stack))?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue,
    status: async (stack) => (await describe(stack))?.StackStatus,
    async stackOnly(name) {
      await run(`eksctl create cluster -f ${name}.yaml --timeout 1s`);
      const isComplete = async () =>
        expect((await describe(`eksctl-${name}-cluster`))?.StackStatus).toBe('CREATE_COMPLETE');
      // Simulated seconds are much shorter; a busy machine may take its time.
      await vi.waitFor(isComplete, { timeout: 60_000, interval: 20 });
    },
    kubernetes(name) {
      const cluster = sandbox.world.kubernetes.find(name, region);
      if (!cluster) throw new Error(`There is no cluster ${name}.`);
      return cluster;
    },
    async during(faults, action) {
      sandbox.world.faults.set(faults);
      try {
        return await action();
      } finally {
        sandbox.world.faults.set([]);
      }
    },
    async close() {
      await sandbox.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const nameOf = (call: RecordedCall): string => (typeof call === 'string' ? call : call.call);

function expectCalls(source: string | undefined, actual: RecordedCall[], recorded: RecordedCall[]): void {
  expect({ source, calls: actual.map(nameOf) }).toEqual({ source, calls: recorded.map(nameOf) });
  for (const [index, call] of recorded.entries()) {
    const made = actual[index];
    if (typeof call === 'string' || typeof made !== 'object') continue;
    const [wanted, given] = [withTagsByKey(call.input), withTagsByKey(made.input)];
    const known = Object.keys(wanted).map((key) => {
      const value = given[key];
      const pattern = wanted[key];
      const isBeginning = typeof pattern === 'string' && pattern.endsWith('…');
      return [key, isBeginning && String(value).startsWith(pattern.slice(0, -1)) ? pattern : value];
    });
    expect({ source, call: made.call, input: Object.fromEntries(known) }).toEqual({
      source,
      call: call.call,
      input: wanted,
    });
  }
}

function toCall({ call, input }: { readonly call: string; readonly input?: unknown }): RecordedCall {
  if (isRead(call)) return call;
  const plain = call.startsWith('eks:') ? (input as object) : Object.fromEntries(flatten(input));
  return { call, input: JSON.parse(mask(JSON.stringify(plain))) };
}

/** The parameters of a query protocol, as they are sent. */
function flatten(value: unknown, path: readonly string[] = []): [string, string][] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => flatten(item, [...path, 'member', String(index + 1)]));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => flatten(item, [...path, key]));
  return value === undefined ? [] : [[path.join('.'), String(value)]];
}
