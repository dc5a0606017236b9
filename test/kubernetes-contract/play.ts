import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { parse } from 'yaml';
import { provideTools } from '../../sandbox/tools.ts';
import {
  type Call,
  type Case,
  type Command,
  type Interrupted,
  namespaceOf,
  type Step,
  type Until,
} from './case.ts';
import { type Connection, connect } from './connection.ts';
import { normaliseJson, normaliseLines, type Plain } from './normalise.ts';

/** An API server, its administrator's token and the PEM of its authority. */
export interface Target {
  readonly endpoint: string;
  readonly certificateAuthority: string;
  readonly token: string;
}

/** What is compared of a step. */
export type Answer =
  | { readonly exit: number; readonly stdout: readonly string[]; readonly stderr: readonly string[] }
  | { readonly status: number; readonly warnings: readonly string[]; readonly body: Plain };

/** Plays cases against one API server. */
export interface Player {
  /** Answers of the steps that are compared, by their position among all. */
  play(one: Case): Promise<Record<string, Answer>>;
  /** Makes the namespaces of cases, complete with what controllers put into each. */
  prepare(cases: readonly Case[]): Promise<void>;
  /** What the clients say that they are. */
  versions(): Promise<Record<Command['run'], string>>;
  dispose(): Promise<void>;
}

const patience = 20_000;
const chart = 'test/sandbox/kubernetes/fixtures/tiny';

/** Sets the clients up in a folder of their own. */
export async function createPlayer(target: Target): Promise<Player> {
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-contract-'));
  await provideTools({ directory: join(folder, '4'), helm: '4' });
  await provideTools({ directory: join(folder, '3'), helm: '3' });
  const binaries = {
    kubectl: join(folder, '4/kubectl'),
    helm: join(folder, '4/helm'),
    helm3: join(folder, '3/helm'),
  };
  const connection = connect(target);
  await mkdir(join(folder, 'config'));

  async function play(one: Case): Promise<Record<string, Answer>> {
    const ns = namespaceOf(one);
    const config = join(folder, 'config', ns);
    await writeFile(config, JSON.stringify(kubeconfig(target, ns)));
    const values: Record<string, string> = { ns, chart };
    // Short runs need no collection of garbage, which is a third of their work.
    const env = {
      KUBECONFIG: config,
      // What a case has found out about the server's resources is nothing to the others.
      KUBECACHEDIR: join(folder, 'cache', ns),
      HOME: folder,
      PATH: process.env.PATH ?? '',
      TZ: 'UTC',
      GOGC: 'off',
    };
    const answers: Record<string, Answer> = {};
    for (const [position, raw] of one.steps.entries()) {
      const step = filled(raw, values);
      if ('until' in step) await until(connection, step);
      else if ('interrupt' in step) await interrupt(connection, binaries.helm, step, env);
      else if ('run' in step) answers[position] = await run(binaries[step.run], step, env);
      else answers[position] = await request(connection, step, values);
    }
    return answers;
  }

  return {
    play,
    async prepare(cases) {
      // Beforehand: the chart's definition is every case's, and some of them run at the same moment.
      const definition = parse(await readFile(join(chart, 'crds/gadgets.yaml'), 'utf8')) as object;
      await connection.request('POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
        body: definition,
      });
      await until(connection, { until: 'GET /apis/example.com/v1', path: 'groupVersion' });
      const names = cases.map(namespaceOf);
      for (const name of names)
        await connection.request('POST /api/v1/namespaces', {
          body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        });
      for (const name of names) {
        const path = `GET /api/v1/namespaces/${name}`;
        await until(connection, { until: `${path}/serviceaccounts/default`, path: 'metadata.uid' });
        await until(connection, { until: `${path}/configmaps/kube-root-ca.crt`, path: 'metadata.uid' });
      }
    },
    async versions() {
      const { stdout } = await execa(binaries.kubectl, ['version', '--client', '-o', 'json']);
      const ofHelm = async (file: string): Promise<string> =>
        (await execa(file, ['version', '--short'])).stdout.split('+')[0] ?? '';
      return {
        kubectl: JSON.parse(stdout).clientVersion.gitVersion,
        helm: await ofHelm(binaries.helm),
        helm3: await ofHelm(binaries.helm3),
      };
    },
    async dispose() {
      connection.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A step with `{name}` replaced by what the name stands for. */
function filled<T extends Step>(step: T, values: Readonly<Record<string, string>>): T {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [fill(key), key === 'keep' ? member : fill(member)]),
    );
  };
  return fill(step) as T;
}

async function run(file: string, { args, stdin = [], lines }: Command, env: object): Promise<Answer> {
  const input = stdin.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
  const options = { env: { ...env }, extendEnv: false, reject: false, input, timeout: 60_000 } as const;
  const { exitCode = -1, stdout, stderr } = await execa(file, args, options);
  const kept = lines
    ? stdout
        .split('\n')
        .filter((line, index) => index === 0 || lines.some((begin) => line.startsWith(`${begin} `)))
        .join('\n')
    : stdout;
  return { exit: exitCode, stdout: normaliseLines(kept), stderr: normaliseLines(stderr) };
}

async function request(connection: Connection, step: Call, values: Record<string, string>): Promise<Answer> {
  const { status, warnings, body } = await connection.request(step.http, step);
  for (const [name, path] of Object.entries(step.keep ?? {})) values[name] = String(member(body, path));
  return { status, warnings: warnings.map((text) => text.trim()), body: normaliseJson(chosen(body, step)) };
}

function chosen(body: unknown, { only, members }: Call): unknown {
  if (members) return Object.fromEntries(members.map((path) => [path, member(body, path)]));
  if (!only) return body;
  const items = member(body, only.list) as { name?: string; metadata?: { name?: string } }[];
  const named = ({ name, metadata }: (typeof items)[number]): string => name ?? metadata?.name ?? '';
  return only.names.map((name) => items.find((item) => named(item) === name) ?? `no ${name}`);
}

const member = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null)?.[name], value);

async function until(connection: Connection, { until: http, path, is, body: sent }: Until): Promise<void> {
  const holds = async (): Promise<boolean> => {
    const { status, body } = await connection.request(http, { body: sent });
    const found = path === 'status' ? status : member(body, path);
    return is === undefined ? found !== undefined : found === is;
  };
  for (const end = Date.now() + patience; Date.now() < end; await pause(20)) if (await holds()) return;
  throw new Error(`${http}: ${path} did not become ${is === undefined ? 'anything' : JSON.stringify(is)}`);
}

async function interrupt(
  connection: Connection,
  file: string,
  { interrupt: args, when }: Interrupted,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const child = spawn(file, args, { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  try {
    await until(connection, { until: when, path: 'items.0' });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const kubeconfig = ({ endpoint, certificateAuthority, token }: Target, namespace: string): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    {
      name: 'lab',
      cluster: { server: endpoint, 'certificate-authority-data': base64(certificateAuthority) },
    },
  ],
  users: [{ name: 'admin', user: { token } }],
  contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'admin', namespace } }],
  'current-context': 'lab',
});
