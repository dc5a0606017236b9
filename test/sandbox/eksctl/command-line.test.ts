import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../sandbox/eksctl/arguments.ts';
import { formatDuration, parseDuration } from '../../../sandbox/eksctl/duration.ts';
import { createLogger } from '../../../sandbox/eksctl/log.ts';
import { eksctl } from './host.ts';

const flags = {
  file: { kind: 'string', short: 'f' },
  name: { kind: 'string' },
  approve: { kind: 'bool' },
  write: { kind: 'bool', default: true },
  arn: { kind: 'strings' },
  tags: { kind: 'map' },
  timeout: { kind: 'duration' },
} as const;
const parse = (...argv: string[]) => parseArguments(argv, flags, 'create cluster');

describe('flags', () => {
  it('take their value after a space or an equals sign, and - is a value', () => {
    expect(parse('--name=x').string('name')).toBe('x');
    expect(parse('--name', 'x').string('name')).toBe('x');
    expect(parse('-f', '-').string('file')).toBe('-');
  });

  it('that are boolean can be switched off', () => {
    expect(parse('--write=false').bool('write')).toBe(false);
    expect(parse().bool('write')).toBe(true);
    expect(parse('--approve').bool('approve')).toBe(true);
    expect(parse('--approve', 'x').name).toBe('x');
  });

  it('that are lists or maps can be repeated and take commas', () => {
    expect(parse('--arn', 'a,b', '--arn', 'c').strings('arn')).toEqual(['a', 'b', 'c']);
    expect(parse('--tags', 'a=b,c=d=e').map('tags')).toEqual({ a: 'b', c: 'd=e' });
  });

  it('that are unknown are refused, never swallowed', () => {
    expect(() => parse('--node-type', 'm5.large')).toThrow('does not emulate the flag --node-type');
  });

  it('without their argument are refused', () => {
    expect(() => parse('--name')).toThrow('flag needs an argument: --name');
  });

  it('set the timeout, 25 minutes by default', () => {
    expect(parse().timeout).toBe(1500);
    expect(parse('--timeout', '70s').timeout).toBe(70);
    expect(() => parse('--timeout', 'soon').timeout).toThrow('invalid duration');
  });

  it('allow one name argument only', () => {
    expect(parse('q1').name).toBe('q1');
    expect(() => parse('q1', 'q2')).toThrow('only one argument is allowed');
  });
});

describe('durations', () => {
  it('are printed as Go prints them', () => {
    expect([70, 1500, 20, 5400].map(formatDuration)).toEqual(['1m10s', '25m0s', '20s', '1h30m0s']);
  });

  it('survive being printed and read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds), 'timeout')).toBe(seconds);
      }),
    );
  });
});

describe('log lines', () => {
  const written = (level: number): string => {
    let text = '';
    const log = createLogger(level, (chunk) => {
      text += chunk;
    });
    log.debug('d');
    log.info('i');
    log.info('tree {\n}');
    log.success('s');
    log.warning('w');
    log.critical('c\n');
    return text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'T');
  };

  it('carry time and marker; texts with a newline get none of their own', () => {
    expect(written(3)).toBe('T [ℹ]  i\nT [ℹ]  tree {\n}T [✔]  s\nT [!]  w\nT [✖]  c\n');
  });

  it('follow --verbose', () => {
    expect(written(4)).toContain('[▶]  d\n');
    expect(written(1)).toBe('T [✖]  c\n');
    expect(written(0)).toBe('');
  });
});

describe('commands', () => {
  it('answer the version without any environment', async () => {
    expect(await eksctl(['version'])).toEqual({ ending: 0, stdout: '0.230.0\n', stderr: '' });
    const { stdout } = await eksctl(['version', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ Version: '0.230.0', PreReleaseID: '' });
  });

  it.each([
    [['create', 'nodegroup']],
    [['utils', 'migrate-to-pod-identity']],
    [['create', 'cluster', '--enable-auto-mode']],
    [['delete', 'cluster', '--all']],
  ])('outside of the emulation are refused: eksctl %j', async (argv) => {
    const { ending, stderr, stdout } = await eksctl(argv);
    expect(stderr).toMatch(/^Error: the rehearsal's eksctl does not emulate /);
    expect({ ending, stdout }).toEqual({ ending: 1, stdout: '' });
  });

  it('need a region (transcripts/eksctl/f6-noregion.txt)', async () => {
    expect(await eksctl(['get', 'cluster'])).toEqual({
      ending: 1,
      stdout: '',
      stderr:
        'Error: AWS Region must be set, please set the AWS Region in AWS config file or as environment variable\n',
    });
  });

  it('never touch anything but loopback', async () => {
    for (const endpoint of [
      undefined,
      'https://eks.us-east-1.amazonaws.com',
      'http://127.0.0.1.example.com',
    ]) {
      const { stderr } = await eksctl(['get', 'cluster'], {
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: endpoint,
      });
      expect(stderr).toContain('never on a real account');
    }
  });
});
