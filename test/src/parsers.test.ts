import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIdentity } from '../../src/aws/identity.ts';
import { findChart } from '../../src/chart-index.ts';
import { UserError } from '../../src/errors/user-error.ts';
import { findEdits } from '../../src/steps/install-release.ts';
import { fillTemplate } from '../../src/templates.ts';
import { parseDefinitions, parseManifest, parseRelease } from '../../src/tools/helm.ts';
import { parseObjects } from '../../src/tools/kubectl.ts';

/** Text as a broken program or a proxy gives it: noise, JSON of any shape, YAML, a page, something deep. */
const garbage = fc.oneof(
  fc.string(),
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<!DOCTYPE html><html>Sign in</html>',
    'null',
    '[]',
    '{"items":[null]}',
    '{"kind":"List","items":[{"kind":"Pod"}]}',
    '{"__proto__":{"metadata":{}}}',
    'a: &a [*a]',
    '['.repeat(50_000),
    '- '.repeat(10_000),
  ),
);

/** Reads anything to a value or to an error for the user's eyes. */
const isReadOrRefused = (read: (text: string) => unknown): void =>
  fc.assert(
    fc.property(garbage, (text) => {
      try {
        read(text);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).message).not.toContain('undefined');
      }
    }),
  );

describe('whatever a program or a server prints is read, or refused by its name', () => {
  it('objects of kubectl', () => isReadOrRefused(parseObjects));
  it('metadata of helm', () => isReadOrRefused((text) => parseRelease(text, 'null')));
  it('values of helm', () =>
    isReadOrRefused((text) => parseRelease('{"status":"deployed","version":"1"}', text)));
  it('definitions of helm', () => isReadOrRefused(parseDefinitions));
  it('what helm made', () => isReadOrRefused(parseManifest));
  it('the index of a chart repository', () =>
    isReadOrRefused((text) => findChart(text, 'https://x.invalid', 'x', '1')));

  it('an identity', () => {
    fc.assert(
      fc.property(
        fc.option(fc.string(), { nil: undefined }),
        fc.option(fc.string(), { nil: undefined }),
        (Account, Arn) => {
          expect(() => parseIdentity({ Account, Arn })).toThrow(UserError);
        },
      ),
    );
  });
});

it('an account that is no account never becomes part of a path', () => {
  expect(() => parseIdentity({ Account: '../../../tmp', Arn: 'arn:aws:iam::111122223333:user/x' })).toThrow(
    'not AWS',
  );
});

it('an identity of each partition is read', () => {
  const read = (Arn: string) => parseIdentity({ Account: '111122223333', Arn }).partition;
  expect(read('arn:aws:iam::111122223333:root')).toBe('aws');
  expect(read('arn:aws-cn:iam::111122223333:user/x')).toBe('aws-cn');
  expect(read('arn:aws-us-gov:sts::111122223333:assumed-role/r/s')).toBe('aws-us-gov');
});

it('lists, single objects and nothing are what kubectl prints', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { a: 1 } };
  expect(parseObjects('')).toEqual([]);
  expect(parseObjects(JSON.stringify(pod))).toEqual([pod]);
  expect(parseObjects(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod, pod] }))).toEqual([
    pod,
    pod,
  ]);
  expect(() => parseObjects('Client Version: v1.35.2')).toThrow('kubectl gave something else than the JSON');
});

it('helm is named when it prints garbage, with what it printed', () => {
  expect(() => parseRelease('WARNING: something', 'null')).toThrow(
    expect.objectContaining({
      why: expect.stringContaining('WARNING: something'),
      fix: expect.stringContaining('helm version'),
    }),
  );
});

describe('the index of a chart repository', () => {
  const digest = 'a'.repeat(64);
  const index = (entry: object) =>
    JSON.stringify({ entries: { x: [{ version: '1', urls: ['x-1.tgz'], digest, ...entry }] } });
  const find = (text: string) => findChart(text, 'https://x.invalid', 'x', '1');

  it('tells where a version is and what it hashes to', () => {
    expect(find(index({}))).toEqual({ url: 'x-1.tgz', digest });
    expect(find(index({ version: '2' }))).toBeUndefined();
    expect(find(index({ digest: undefined }))).toBeUndefined();
  });

  it.each([
    ['an address of another kind', { urls: ['file:///etc/passwd'] }],
    ['a digest that is none', { digest: 'sha1' }],
    ['no addresses', { urls: 'x' }],
  ])('with %s is refused', (_, entry) => {
    expect(() => find(index(entry))).toThrow('https://x.invalid/index.yaml');
  });

  it('that expands aliases is refused', () => {
    const bomb = ['a: &a ["x","x"]', 'b: &b [*a,*a]', 'entries: {x: [{version: "1", urls: *b}]}'].join('\n');
    expect(() => find(bomb)).toThrow(UserError);
  });
});

it('a template is filled with any value, which stays in its place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      expect(fillTemplate('a: ${token}\nb: "x-${token}"\n', { token: value }, 'x')).toEqual([
        { a: value, b: `x-${value}` },
      ]);
    }),
  );
});

describe('what helm made of a release', () => {
  const manifest = `---
# Source: chart/templates/service.yaml
kind: Service
metadata:
  name: web
---
# Source: chart/templates/empty.yaml
---
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: main
          image: registry/x:v1
          args: [--a=1]
`;

  it('is read with its containers, and what is empty is passed over', () => {
    const [service, deployment, ...others] = parseManifest(manifest);
    expect([service?.kind, deployment?.kind, others]).toEqual(['Service', 'Deployment', []]);
    const made = deployment?.spec?.template?.spec?.containers ?? [];
    const live = (change: object) => [{ name: 'sidecar' }, { ...made[0], name: 'main', ...change }];
    expect(findEdits(made, live({ terminationMessagePath: '/dev/termination-log' }))).toEqual([]);
    expect(findEdits(made, live({ args: ['--a=2'], command: ['sh'] }))).toEqual(['command', 'args']);
    expect(findEdits(made, [])).toEqual(['image', 'args']);
  });

  it('is refused when it is something else', () => {
    expect(() => parseManifest('kind: [1]')).toThrow('helm');
  });
});
