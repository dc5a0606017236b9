import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../sandbox/pki.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());

const file = async (name: string, content: string): Promise<string> => {
  const path = join(rehearsal.directory, name);
  await writeFile(path, content);
  return path;
};

describe("a company's proxy", () => {
  let proxy: RecordingProxy;
  let certificates: string;
  beforeAll(async () => {
    const authority = await createCertificateAuthority('a company');
    certificates = await file('company.pem', authority.certificate);
    proxy = await startRecordingProxy(authority, rehearsal.env.AWS_ENDPOINT_URL ?? '');
  });
  afterAll(() => proxy.close());

  const through = () => ({
    AWS_ENDPOINT_URL: '',
    HTTPS_PROXY: proxy.url,
    https_proxy: '',
    NODE_EXTRA_CA_CERTS: certificates,
    NO_PROXY: '',
    no_proxy: '',
  });

  it('is the way to every service of AWS, its certificates trusted by NODE_EXTRA_CA_CERTS', async () => {
    const { exitCode, stdout, stderr } = await rehearsal.run(['status'], through());
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('absent  IAM policy');
    expect(proxy.asked.filter((host) => !/^[a-z0-9.-]+\.amazonaws\.com:443$/.test(host))).toEqual([]);
    for (const service of [
      'sts.ap-northeast-1',
      'eks.ap-northeast-1',
      'cloudformation.ap-northeast-1',
      'iam',
    ])
      expect(proxy.asked).toContain(`${service}.amazonaws.com:443`);
  });

  it('is not trusted by itself', async () => {
    const { exitCode, stderr } = await rehearsal.run(['status'], {
      ...through(),
      NODE_EXTRA_CA_CERTS: '',
      SSL_CERT_FILE: '',
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('name its CA certificate in NODE_EXTRA_CA_CERTS');
  });

  it('is passed by where NO_PROXY says so', async () => {
    const before = proxy.asked.length;
    const { exitCode, stderr } = await rehearsal.run(['status', '--timeout', '5s'], {
      ...through(),
      // A name that leads nowhere: that the proxy, which answers for every name, was not asked is what shows.
      AWS_ENDPOINT_URL: 'https://aws.invalid',
      NO_PROXY: 'invalid',
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('aws.invalid');
    expect(proxy.asked.slice(before)).toEqual([]);
  });
});

describe('endpoints', () => {
  const services =
    'STS EKS IAM CLOUDFORMATION EC2 ELASTIC_LOAD_BALANCING_V2 RESOURCE_GROUPS_TAGGING_API CLOUDWATCH_LOGS'.split(
      ' ',
    );

  it('of single services go before the one of all, and the first line shows them with the account', async () => {
    const own = Object.fromEntries(
      services.map((name) => [`AWS_ENDPOINT_URL_${name}`, rehearsal.env.AWS_ENDPOINT_URL ?? '']),
    );
    const { exitCode, stderr } = await rehearsal.run(['status'], {
      ...own,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    });
    expect(exitCode, stderr).toBe(0);
    const [first] = stderr.split('\n');
    expect(first).toMatch(/^endpoint: AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:9, /);
    expect(first).toContain(`AWS_ENDPOINT_URL_EKS=${rehearsal.env.AWS_ENDPOINT_URL}`);
    expect(first).toContain('account 123456789012, arn:aws:iam::123456789012:user/admin');
  });

  it('are where tokens for the Kubernetes API are good', async () => {
    const { stdout } = await rehearsal.run(['token', '--cluster', 'x', '--region', 'eu-west-1'], {
      AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:4566/sts',
    });
    const token: string = JSON.parse(stdout).status.token;
    expect(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString()).toMatch(
      /^http:\/\/127\.0\.0\.1:4566\/sts\?/,
    );
  });

  it('are told to programs as an event', async () => {
    const { stderr } = await rehearsal.runJson(['status']);
    expect(JSON.parse(stderr.split('\n')[0] ?? '')).toMatchObject({
      type: 'note',
      text: expect.stringContaining('account 123456789012'),
    });
  });
});

describe('settings', () => {
  it('are shown with where each came from', async () => {
    await file('mine.yaml', 'cluster: from-file\nnamespace: from-file\nserviceAccount: from-file\n');
    const { data, exitCode } = await rehearsal.runJson(
      ['config', '--config', 'mine.yaml', '--cluster', 'from-flag'],
      {
        LBC_SETUP_NAMESPACE: 'from-environment',
        AWS_REGION: 'eu-west-1',
        HTTPS_PROXY: 'http://me:secret@proxy',
      },
    );
    expect(exitCode).toBe(0);
    expect(data.settings).toMatchObject({
      cluster: { value: 'from-flag', origin: 'flag', source: '--cluster' },
      namespace: { value: 'from-environment', origin: 'environment', source: 'LBC_SETUP_NAMESPACE' },
      serviceAccount: { value: 'from-file', origin: 'file', source: 'serviceAccount in mine.yaml' },
      fargateProfile: { value: 'sample-app', origin: 'default', source: 'default' },
      region: { value: 'eu-west-1', origin: 'aws', source: 'AWS_REGION' },
      policyName: { value: 'AWSLoadBalancerController-from-flag-eu-west-1', origin: 'derived' },
      profile: { value: null, origin: 'unset' },
    });
    expect(data.environment.HTTPS_PROXY).toBe('http://***@proxy/');
    expect(JSON.stringify(data)).not.toContain('secret');
    const { stdout } = await rehearsal.run(['config', '--config', 'mine.yaml']);
    expect(stdout).toMatch(/^namespace +from-file +namespace in mine\.yaml$/m);
  });

  it('of a file that names an unknown one are refused with the nearest', async () => {
    await file('typo.yaml', 'kubernetsVersion: "1.35"\n');
    const { exitCode, stderr } = await rehearsal.run(['config', '--config', 'typo.yaml']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('next: write kubernetesVersion');
  });

  it('have a schema that an editor can use', async () => {
    const { stdout } = await rehearsal.run(['config', '--schema']);
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      properties: { kubernetesVersion: { pattern: '^1\\.\\d{2}$' } },
    });
  });
});

it('a profile is who everything acts as, also beside keys, and the own kubeconfig stays as it was', {
  timeout: 120_000,
}, async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = rehearsal.env;
  const credentials = await file(
    'work-credentials',
    `[work]\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n`,
  );
  const config = await file('work-config', '[profile work]\nregion = ap-northeast-1\n');
  const own = 'apiVersion: v1\nkind: Config\ncurrent-context: mine\n';
  const env = {
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_PROFILE: 'work',
    AWS_REGION: '',
    AWS_DEFAULT_REGION: '',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'of somebody else',
    KUBECONFIG: await file('own-kubeconfig', own),
  };
  const cluster = await rehearsal.run(['cluster', '--yes'], env);
  expect(cluster.exitCode, cluster.stderr).toBe(0);
  expect(cluster.stderr).not.toContain('WARNING');
  const teardown = await rehearsal.run(['teardown', '--yes'], {
    ...env,
    AWS_PROFILE: '',
    LBC_SETUP_PROFILE: 'work',
  });
  expect(teardown.exitCode, teardown.stderr).toBe(0);
  expect(await rehearsal.inventory()).toEqual([]);
  expect(await readFile(env.KUBECONFIG, 'utf8')).toBe(own);
});

// `script` gives a program a terminal; the one of macOS takes other arguments.
describe.runIf(process.platform === 'linux')('on a terminal', () => {
  const program = fileURLToPath(new URL('../../bin/lbc-setup.js', import.meta.url));
  const onTerminal = async (args: string, set = '') => {
    const unset = ['CI', 'NO_COLOR', 'FORCE_COLOR'].map((name) => `-u ${name}`).join(' ');
    const command = `env ${unset} TERM=xterm ${set} ${process.execPath} ${program} install-controller ${args}`;
    const { stdout } = await rehearsal.tool('script', ['--quiet', '--command', command, '/dev/null']);
    return stdout;
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is looked for
  const colour = /\u001b\[[\d;]+m/;

  it('progress is a list that is drawn again and again, in colours', async () => {
    const shown = await onTerminal('');
    expect(shown).toMatch(colour);
    expect(shown).toContain('\u001b[');
  });

  it.each([
    ['NO_COLOR', '', 'NO_COLOR=1'],
    ['--no-color', '--no-color', ''],
  ])('%s takes the colours and leaves the list', async (_, args, set) => {
    const shown = await onTerminal(args, set);
    expect(shown).not.toMatch(colour);
    expect(shown).toContain('\u001b[');
  });

  it('CI makes it lines', async () => {
    const shown = await onTerminal('', 'CI=true');
    expect(shown).not.toContain('\u001b');
    expect(shown).toMatch(/^FAILED: /m);
  });
});
