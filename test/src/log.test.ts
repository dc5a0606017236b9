import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRunLog } from '../../src/log.ts';
import { redact } from '../../src/redact.ts';

let state: string;
const logs = () => join(state, 'lbc-setup', 'logs');

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'lbc-setup-log-'));
  vi.stubEnv('XDG_STATE_HOME', state);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true });
});

/** A process number that belongs to nobody: that of a process that has ended. */
const endedProcess = (): number =>
  Number(execFileSync(process.execPath, ['--print', 'process.pid'], { encoding: 'utf8' }));

describe('the log of a run', () => {
  it('is a folder for its owner only, named after time, command and process', () => {
    const { folder = '', add, keep } = openRunLog('status');
    add({ type: 'start' });
    const file = keep('kubectl.stdout', 'hello') ?? '';
    expect(folder).toMatch(/\/\d{4}-\d\d-\d\dT[\d-]+Z-status-\d+$/);
    for (const name of ['run.jsonl', file]) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'run.jsonl'), 'utf8'))).toMatchObject({ type: 'start' });
    expect(readFileSync(join(folder, file), 'utf8')).toBe('hello');
  });

  it('keeps equal outputs once, none for nothing, and of a long one both ends', () => {
    const { folder = '', keep } = openRunLog('status');
    expect(keep('a', 'same')).toBe(keep('b', 'same'));
    expect(keep('c', '')).toBeUndefined();
    const long = keep('d', `begin${'x'.repeat(1_000_000)}end`) ?? '';
    const kept = readFileSync(join(folder, long), 'utf8');
    expect(kept.length).toBeLessThan(300_000);
    expect(kept).toMatch(/^begin[\s\S]*characters[\s\S]*end$/);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('is one of the newest twenty; that of a run that still goes on stays', () => {
    const gone = endedProcess();
    const old = (index: number, pid: number) =>
      `2020-01-01T00-00-${String(index).padStart(2, '0')}-000Z-up-${pid}`;
    for (let index = 0; index < 30; index++) mkdirSync(join(logs(), old(index, gone)), { recursive: true });
    mkdirSync(join(logs(), old(0, process.pid)));
    writeFileSync(join(logs(), 'notes'), 'not a log');
    openRunLog('status');
    const left = readdirSync(logs());
    expect(left).toContain(old(0, process.pid));
    expect(left).toContain('notes');
    expect(left).not.toContain(old(0, gone));
    expect(left.filter((name) => name !== 'notes' && !name.endsWith(`-${process.pid}`))).toHaveLength(19);
  });

  it('is done without where it cannot be written', () => {
    writeFileSync(join(state, 'lbc-setup'), 'a file stands in the way');
    const log = openRunLog('status');
    expect(log.folder).toBeUndefined();
    log.add({ type: 'start' });
    log.keep('kubectl.stdout', 'hello');
  });

  it('ends without ado when its folder goes away under it', () => {
    const log = openRunLog('status');
    rmSync(logs(), { recursive: true });
    log.add({ type: 'start' });
    expect(log.folder).toBeUndefined();
  });
});

describe('what is logged loses', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  it.each([
    ['the secret key in the environment', `signed with ${secret}`, secret],
    ['tokens for EKS', 'token k8s-aws-v1.aHR0cHM6Ly9zdHM_x-y', 'aHR0cHM6Ly9zdHM'],
    ['ServiceAccount tokens', 'eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOlsiYSJdfQ.c2lnbmF0dXJl', 'eyJhdWQiOlsiYSJdfQ'],
    ['presigned URLs', 'https://sts/?X-Amz-Credential=AKIA%2F1&X-Amz-Signature=0123abc', '0123abc'],
    ['private keys', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', 'MIIE'],
    ['private keys in JSON', '"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----"', 'MIIE'],
    [
      'certificates of kubeconfigs',
      'certificate-authority-data: TFMwdExTMUNSVWRKVGc9PQ==',
      'TFMwdExTMUNSVWRKVGc9PQ',
    ],
    ['keys of Secrets in JSON', '{"tls.key":"TFMwdExTMUNSVWRKVGc9PQ=="}', 'TFMwdExTMUNSVWRKVGc9PQ'],
    ['the same, escaped', '{\\"caBundle\\": \\"TFMwdExTMUNSVWRKVGc9PQ==\\"}', 'TFMwdExTMUNSVWRKVGc9PQ'],
    ['credentials of an answer', '"SessionToken": "FwoGZXIvYXdzEBYaDHqa0AP"', 'FwoGZXIvYXdzEBYaDHqa0AP'],
  ])('%s', (_, text, hidden) => {
    expect(redact(text, { AWS_SECRET_ACCESS_KEY: secret })).not.toContain(hidden);
  });

  it('nothing else', () => {
    const text = 'arn:aws:iam::111122223333:role/x eks.amazonaws.com/role-arn vpc-0123456789abcdef0';
    expect(redact(text, {})).toBe(text);
  });
});
