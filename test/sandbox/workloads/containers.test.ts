import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Container, Pod } from '../../../sandbox/kubernetes/controllers/types.ts';
import type { ProgramContext } from '../../../sandbox/kubernetes/programs/program.ts';
import { namespaceNamed, profileOf, startTestCluster, type TestCluster } from './cluster.ts';

let test: TestCluster;
afterEach(() => test.stop());

const patience = { timeout: 5000, interval: 10 };
const pod = async () => (await test.client.get('pods', 'one', 'sample')) as Pod;
const status = async () => (await pod()).status?.containerStatuses?.[0];
const ready = async () =>
  (await pod()).status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
const reasons = async () =>
  (await test.client.list('events', { namespace: 'sample' })).map(({ reason }) => reason);

/** Starts a cluster whose image `test/program` runs `start`, and a pod of it. */
async function run(
  start: (context: ProgramContext) => unknown,
  container: Partial<Container> = {},
  spec: object = {},
): Promise<void> {
  const program = {
    start(context: ProgramContext) {
      start(context);
      return { stop() {} };
    },
  };
  test = await startTestCluster({ program });
  test.profiles.push(profileOf('sample'));
  await test.client.create('namespaces', namespaceNamed('sample'));
  await vi.waitFor(
    async () => expect(await test.client.get('serviceaccounts', 'default', 'sample')).toBeDefined(),
    patience,
  );
  await test.client.create('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'settings', namespace: 'sample' },
    data: { colour: Buffer.from('green').toString('base64') },
  });
  await test.client.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one', namespace: 'sample', labels: { app: 'one' } },
    spec: { containers: [{ name: 'main', image: 'test/program', ...container }], ...spec },
  });
}

describe('a program that ends', () => {
  it('is started again after growing pauses', async () => {
    await run(({ log, exit }) => {
      log('no region');
      exit(1);
    });
    await vi.waitFor(async () => {
      expect((await status())?.state.waiting?.reason).toBe('CrashLoopBackOff');
      expect((await status())?.restartCount).toBeGreaterThan(1);
    }, patience);
    expect((await status())?.lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    expect(await reasons()).toContain('BackOff');
  });

  it('fails by throwing, with the message in its log', async () => {
    const seen: string[] = [];
    await run(({ log }) => {
      log('starting');
      seen.push('started');
      throw new Error('unable to initialize AWS cloud');
    });
    await vi.waitFor(async () => expect((await status())?.lastState.terminated?.exitCode).toBe(1), patience);
    expect(seen.length).toBeGreaterThan(0);
  });

  it('ends its pod when it is not to be restarted', async () => {
    await run(({ exit }) => exit(0), {}, { restartPolicy: 'Never' });
    await vi.waitFor(async () => expect((await pod()).status?.phase).toBe('Succeeded'), patience);
  });
});

describe('a probe', () => {
  it('keeps a pod unready until its program answers well', async () => {
    let healthy = false;
    const answer = () => ({ status: healthy ? 200 : 503, body: '' });
    await run(({ listen }) => listen(8080, { handle: answer }), {
      readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5 },
    });
    await vi.waitFor(async () => expect(await reasons()).toContain('Unhealthy'), patience);
    expect(await ready()).toBe(false);
    healthy = true;
    await vi.waitFor(async () => expect(await ready()).toBe(true), patience);
  });

  it('has a program restarted that is no longer alive', async () => {
    await run(() => {}, {
      ports: [{ name: 'health', containerPort: 61779 }],
      livenessProbe: { tcpSocket: { port: 'health' }, periodSeconds: 2, failureThreshold: 2 },
    });
    await vi.waitFor(async () => expect((await status())?.restartCount).toBeGreaterThan(0), patience);
    expect(await reasons()).toContain('Killing');
  });
});

describe('a container', () => {
  it('sees its variables, its arguments and its own pod', async () => {
    let seen: ProgramContext | undefined;
    await run(
      (context) => {
        seen = context;
      },
      {
        args: ['--name=$(POD)', '--colour=$(COLOUR)', '$$(POD)'],
        env: [
          { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'COLOUR', valueFrom: { secretKeyRef: { name: 'settings', key: 'colour' } } },
        ],
      },
    );
    await vi.waitFor(() => expect(seen).toBeDefined(), patience);
    expect(seen?.args).toEqual(['--name=one', '--colour=green', '$(POD)']);
    expect(seen?.podIp).toBe([...test.interfaces][0]);
  });

  it('waits for a Secret that it mounts, and sees its changes after a while', async () => {
    let context: ProgramContext | undefined;
    await run(
      (started) => {
        context = started;
      },
      { volumeMounts: [{ name: 'certificates', mountPath: '/certs' }] },
      { volumes: [{ name: 'certificates', secret: { secretName: 'tls' } }] },
    );
    await vi.waitFor(async () => expect(await reasons()).toContain('FailedMount'), patience);
    const data = (text: string) => ({ 'tls.crt': Buffer.from(text).toString('base64') });
    const metadata = { name: 'tls', namespace: 'sample' };
    await test.client.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata, data: data('old') });
    await vi.waitFor(() => expect(context).toBeDefined(), patience);
    expect(await context?.readFile('/certs/tls.crt')).toBe('old');
    await test.client.patch('secrets', 'tls', 'sample', { data: data('new') });
    await vi.waitFor(async () => expect(await context?.readFile('/certs/tls.crt')).toBe('new'), patience);
  });

  it('gets the role of its ServiceAccount as a projected token and variables', async () => {
    const started: ProgramContext[] = [];
    const role = 'arn:aws:iam::123456789012:role/controller';
    await run((context) => started.push(context));
    await test.client.patch('serviceaccounts', 'default', 'sample', {
      metadata: { annotations: { 'eks.amazonaws.com/role-arn': role } },
    });
    await test.client.delete('pods', 'one', 'sample', { gracePeriodSeconds: 0 });
    await test.client.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'two', namespace: 'sample' },
      spec: { containers: [{ name: 'main', image: 'test/program' }] },
    });
    await vi.waitFor(() => expect(started.at(-1)?.pod.metadata.name).toBe('two'), patience);
    const context = started.at(-1);
    expect(context?.env).toMatchObject({ AWS_ROLE_ARN: role, AWS_REGION: 'ap-northeast-1' });
    const token = await context?.readFile(context.env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '');
    const claims = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ aud: ['sts.amazonaws.com'], sub: 'system:serviceaccount:sample:default' });
  });
});
