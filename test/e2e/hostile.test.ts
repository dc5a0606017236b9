import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());

const noStackTrace = /\n\s+at .*:\d+:\d+/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be printed
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/** A folder of programs in front of the rehearsal's own. */
async function toolsWith(name: string, lines: string): Promise<Record<string, string>> {
  const folder = join(rehearsal.directory, `tools-${Math.random()}`);
  await mkdir(folder);
  await writeFile(join(folder, name), `#!${process.execPath}\n${lines}\n`, { mode: 0o755 });
  return { PATH: `${folder}:${rehearsal.env.PATH ?? process.env.PATH}` };
}

describe('in a place where nothing can be trusted', () => {
  it.each([
    ['a sign-in page', 200, 'text/html', '<html>Sign in to the hotel network</html>'],
    ['a refusal of a proxy', 403, 'text/html', '<html>blocked</html>'],
    ['noise', 200, 'text/xml', 'no\u001b]0;title\u0007 xml <'],
  ])('%s in place of AWS is told as that', async (_, status, type, body) => {
    const server = createServer((_request, response) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const run = await rehearsal.run(['status'], { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
    server.close();
    expect(run.stderr).toMatch(/what answers is not AWS[\s\S]*HTTPS_PROXY/);
    expect(run.stderr).not.toMatch(controlCharacter);
    expect(run.stderr).not.toMatch(noStackTrace);
    expect(run.exitCode).toBe(1);
  });

  it('a region that does not exist is refused with exit code 2', async () => {
    // Behind the rehearsal's proxy as behind a company's, a name that nobody knows is no connection.
    const run = await rehearsal.run(['status', '--region', 'xx-nowhere-1'], {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    });
    expect(run.stderr).toContain('there is no AWS region xx-nowhere-1');
    expect(run.stderr).toContain('aws ec2 describe-regions');
    expect(run.exitCode).toBe(2);
  });

  it('a region in the environment that cannot be one is refused before it becomes part of a path', async () => {
    const run = await rehearsal.run(['status'], { AWS_REGION: '../../../tmp', LBC_SETUP_REGION: '' });
    expect(run.stderr).toContain('AWS_REGION: "../../../tmp" cannot be used');
    expect(run.exitCode).toBe(2);
  });

  it.each([['--cluster=-x'], ['--namespace=--kubeconfig=/tmp/x'], ['--policy-name=-x']])(
    '%s does not become an option of another program',
    async (flag) => {
      const position = (await rehearsal.record()).length;
      const run = await rehearsal.run(['cluster', '--yes', flag]);
      expect(run.stderr).toContain('cannot be used');
      expect(run.exitCode).toBe(2);
      expect(await rehearsal.writes(position)).toEqual([]);
    },
  );

  it('escape sequences in a message of AWS do not reach the terminal', async () => {
    await rehearsal.fail({
      plane: 'aws',
      call: '^eks:DescribeCluster$',
      effect: {
        kind: 'error',
        code: 'AccessDeniedException',
        status: 403,
        message: 'no \u001b[2J\u001b]0;x\u0007 way',
      },
    });
    const [text, json] = [
      await rehearsal.run(['cluster', '--yes']),
      await rehearsal.run(['status', '--output', 'json']),
    ];
    await rehearsal.fail();
    expect(text.stderr).toContain('way');
    for (const output of [text.stdout, text.stderr, json.stdout, json.stderr])
      expect(output).not.toMatch(controlCharacter);
  });
});

describe('a Kubernetes version that EKS does not offer', () => {
  it('is refused with those that it does, before anything is made', async () => {
    const position = (await rehearsal.record()).length;
    const { exitCode, stderr } = await rehearsal.run(['up', '--yes', '--kubernetes-version', '1.21']);
    expect(stderr).toMatch(/EKS does not offer Kubernetes 1\.21/);
    expect(stderr).toMatch(
      /standard support: 1\.36, 1\.35, 1\.34\n\s+extended support, where the control plane costs \$0\.60 per hour instead of \$0\.10: 1\.33/,
    );
    expect(exitCode).toBe(2);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(await rehearsal.writes(position)).toEqual([]);
  });

  it('and may not be asked for, is told by the permission that is missing', async () => {
    await rehearsal.fail({
      plane: 'aws',
      call: '^eks:DescribeClusterVersions$',
      effect: {
        kind: 'error',
        code: 'AccessDeniedException',
        status: 403,
        message:
          'User: arn:aws:iam::123456789012:user/admin is not authorized to perform: eks:DescribeClusterVersions',
      },
    });
    const { exitCode, stderr } = await rehearsal.run(['cluster', '--yes']);
    await rehearsal.fail();
    expect(stderr).toContain(
      'have eks:DescribeClusterVersions allowed for arn:aws:iam::123456789012:user/admin',
    );
    expect(exitCode).toBe(1);
  });
});

describe('on a machine that does not let it write', () => {
  it('status goes on without a log where the state folder cannot be made', async () => {
    const place = join(rehearsal.directory, 'in-the-way');
    await writeFile(place, 'a file');
    // Nor what the programs trust, where no SSL_CERT_DIR says it.
    const env = { XDG_STATE_HOME: place, SSL_CERT_DIR: '' };
    const { exitCode, stderr } = await rehearsal.run(['status', '--verbose'], env);
    expect(stderr).toContain('log: none');
    expect(stderr).not.toMatch(noStackTrace);
    expect(exitCode, stderr).toBe(0);
  });

  it('what must be written is named, with what to do', async () => {
    const place = join(rehearsal.directory, 'in-the-way-too');
    await writeFile(place, 'a file');
    const position = (await rehearsal.record()).length;
    const { exitCode, stderr } = await rehearsal.run(['cluster', '--yes'], { XDG_STATE_HOME: place });
    expect(stderr).toMatch(/something stands where[\s\S]*in-the-way-too[\s\S]*XDG_STATE_HOME/);
    expect(stderr).not.toMatch(noStackTrace);
    expect(exitCode).toBe(1);
    expect(await rehearsal.writes(position)).toEqual([]);
  });
});

it('a pipe that closes early ends no run with a stack trace', async () => {
  const program = join(import.meta.dirname, '../../bin/lbc-setup.js');
  const { stdout, stderr } = await rehearsal.tool('sh', [
    '-c',
    `{ node ${program} status; echo "exit $?" >&2; } | true; { node ${program} status 2>&1; echo "exit $?" >&3; } 3>&2 | true`,
  ]);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(noStackTrace);
  expect(stderr).not.toContain('EPIPE');
  expect(stderr.match(/exit 0/g)).toHaveLength(2);
});

it('a result that cannot be written is a failure', async () => {
  const program = join(import.meta.dirname, '../../bin/lbc-setup.js');
  const { stderr, exitCode } = await rehearsal.tool('sh', ['-c', `node ${program} status > /dev/full`]);
  expect(stderr).toMatch(/error: the disk is full/);
  expect(stderr).not.toMatch(noStackTrace);
  expect(exitCode).toBe(1);
});

describe('with a cluster', () => {
  /** Everything in the newest log of a command, as one text. */
  async function logOf(command: string): Promise<{ names: string[]; text: string }> {
    const logs = join(rehearsal.env.XDG_STATE_HOME ?? '', 'lbc-setup', 'logs');
    const newest =
      (await readdir(logs))
        .filter((name) => name.includes(`Z-${command}-`))
        .sort()
        .at(-1) ?? '';
    const names = (await readdir(join(logs, newest))).sort();
    const files = await Promise.all(names.map((name) => readFile(join(logs, newest, name), 'utf8')));
    return { names, text: files.join('\n') };
  }

  beforeAll(async () => {
    const cluster = await rehearsal.run(['cluster', '--yes']);
    expect(cluster.exitCode, cluster.stderr).toBe(0);
    const iam = await rehearsal.run(['iam']);
    expect(iam.exitCode, iam.stderr).toBe(0);
    const controller = await rehearsal.run(['install-controller']);
    expect(controller.exitCode, controller.stderr).toBe(0);
  }, 120_000);

  it('the logs of all commands hold what was called, and no secret', async () => {
    const token = await rehearsal.tool('kubectl', ['create', 'token', 'default']);
    const secrets = [
      rehearsal.env.AWS_SECRET_ACCESS_KEY ?? 'missing',
      'k8s-aws-v1.aHR0',
      'X-Amz-Signature=0',
      'BEGIN RSA PRIVATE KEY',
      'BEGIN PRIVATE KEY',
      token.stdout.split('.')[0] || 'eyJhbGciOi',
      'LS0tLS1CRUdJTiB',
    ];
    for (const command of ['cluster', 'iam', 'install-controller']) {
      const { names, text } = await logOf(command);
      expect(names, command).toContain('run.jsonl');
      for (const secret of secrets) expect(text.includes(secret), `${command}: ${secret}`).toBe(false);
    }
    expect((await logOf('install-controller')).text).toMatch(
      /"operation":"DescribeLoadBalancers","status":200.*"as":"arn:aws:sts::\d+:assumed-role\/[^"]+\/lbc-setup"/,
    );
    const { text } = await logOf('cluster');
    expect(text).toContain('"operation":"DescribeCluster","status":200');
    expect(text).toMatch(/"argv":\["eksctl","create","cluster".*"exitCode":\d/);
    expect(text).toContain('building cluster stack');
    expect(text).toContain('"type":"end","exitCode":0');
  });

  it.each([
    ['kubectl', 'console.log("\\u001b[31mgarbage")'],
    ['helm', 'console.log("{]")'],
  ])('a %s that prints garbage is named, and nothing is changed', async (name, lines) => {
    const version = { kubectl: '{"clientVersion":{"gitVersion":"v1.35.2"}}', helm: 'v4.2.3+g1' }[name] ?? '';
    const env = await toolsWith(
      name,
      `if (process.argv.includes('version')) console.log(${JSON.stringify(version)}); else ${lines}`,
    );
    const position = (await rehearsal.record()).length;
    const run = await rehearsal.run(['install-controller'], env);
    expect(run.stderr).toMatch(new RegExp(`${name} gave something else than the (JSON|YAML)`));
    expect(run.stderr).toMatch(/log: .*-install-controller-\d+/);
    expect(run.stderr).not.toMatch(controlCharacter);
    expect(run.stderr).not.toMatch(noStackTrace);
    expect(run.exitCode).toBe(1);
    expect(await rehearsal.writes(position)).toEqual([]);
  });

  it('a moment without the API does not end a wait', async () => {
    await rehearsal.fail({
      plane: 'kubernetes',
      call: '^GET .*/services/helloworld',
      skip: 1,
      times: 3,
      effect: {
        kind: 'error',
        code: 'ServiceUnavailable',
        message: 'apiserver is shutting down',
        status: 503,
      },
    });
    const run = await rehearsal.run(['deploy-sample', '--samples', 'nlb']);
    await rehearsal.fail();
    expect(run.stderr).toContain("the cluster's API does not answer; asking again");
    expect(run.exitCode, run.stderr).toBe(0);
  });

  it('credentials that expire in the middle end the run at once, with what to do', async () => {
    await rehearsal.fail({
      plane: 'aws',
      call: '^eks:DescribeCluster$',
      skip: 1,
      effect: {
        kind: 'error',
        code: 'ExpiredTokenException',
        message: 'The security token included in the request is expired',
        status: 403,
      },
    });
    const run = await rehearsal.run(['deploy-sample', '--samples', 'alb']);
    await rehearsal.fail();
    expect(run.stderr).toMatch(/the AWS credentials have expired[\s\S]*aws sso login/);
    expect(run.exitCode).toBe(1);
  });

  it('a kubeconfig that others may read or that is a link is written anew', async () => {
    const state = join(rehearsal.env.XDG_STATE_HOME ?? '', 'lbc-setup');
    const folder = join(state, '123456789012', 'ap-northeast-1', 'lbc-setup');
    await chmod(join(folder, 'kubeconfig'), 0o644);
    await chmod(folder, 0o777);
    await rehearsal.run(['iam']);
    const { stdout } = await rehearsal.tool('stat', ['--format', '%a', join(folder, 'kubeconfig'), folder]);
    expect(stdout.split('\n')).toEqual(['600', '700']);
  });
});
