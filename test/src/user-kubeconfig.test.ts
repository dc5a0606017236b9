import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  type Entries,
  findEntries,
  mergeEntries,
  removeEntries,
  userKubeconfigPath,
} from '../../src/user-kubeconfig.ts';

const owner = { account: '123456789012', region: 'ap-northeast-1', cluster: 'shop' };
const name = 'arn:aws:eks:ap-northeast-1:123456789012:cluster/shop';
const entries: Entries = {
  name,
  clusters: { server: 'https://shop.example' },
  users: { exec: { command: 'node', args: ['token'] } },
  contexts: { cluster: name, user: name },
};
const other = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'dev', cluster: { server: 'https://dev.example' } }],
  users: [{ name: 'dev', user: { token: '0123' } }],
  contexts: [{ name: 'dev', context: { cluster: 'dev', user: 'dev' } }],
  'current-context': 'dev',
};

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lbc-setup-kubeconfig-'));
  path = join(folder, 'config');
});
afterEach(() => rm(folder, { recursive: true }));

const content = async () => parse(await readFile(path, 'utf8'));

describe('merging', () => {
  it.each([true, false])(
    'and removing leave the text as it was, with lists indented: %s',
    async (indentSeq) => {
      const before = `# by hand\n${stringify(other, { indentSeq })}`;
      await writeFile(path, before);
      await mergeEntries(path, owner, entries, true);
      await removeEntries(path, owner);
      expect(await readFile(path, 'utf8')).toBe(before);
    },
  );

  it('adds the entries beside the others, with a backup, and keeps current context, comments and permissions', async () => {
    const before = `# by hand\n${stringify(other)}`;
    await writeFile(path, before, { mode: 0o640 });
    await mergeEntries(path, owner, entries, false);
    const after = await content();
    expect(after.contexts.map((context: { name: string }) => context.name)).toEqual(['dev', name]);
    expect(after['current-context']).toBe('dev');
    expect(await readFile(path, 'utf8')).toMatch(/^# by hand\n/);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readFile(`${path}.lbc-setup-backup`, 'utf8')).toBe(before);
    const { whose, entries: found } = await findEntries(path, owner);
    expect(whose).toBe('ours');
    const { name: _, ...bodies } = entries;
    expect(found).toEqual(bodies);
  });

  it('replaces its own entries and makes the context current when asked to, and gives the former one back', async () => {
    await writeFile(path, stringify(other));
    await mergeEntries(path, owner, entries, true);
    await mergeEntries(path, owner, { ...entries, clusters: { server: 'https://new.example' } }, true);
    const after = await content();
    expect(after.clusters).toHaveLength(2);
    expect(after['current-context']).toBe(name);
    await removeEntries(path, owner);
    expect(await content()).toEqual(other);
  });

  it('follows a link and leaves nothing else behind', async () => {
    await writeFile(join(folder, 'real'), stringify(other), { mode: 0o600 });
    await symlink(join(folder, 'real'), path);
    await mergeEntries(path, owner, entries, false);
    expect((await parse(await readFile(join(folder, 'real'), 'utf8'))).clusters).toHaveLength(2);
    await removeEntries(path, owner);
    expect((await readdir(folder)).sort()).toEqual(['config', 'real']);
  });

  it('makes a file that is not there, and takes it away again', async () => {
    await mergeEntries(path, owner, entries, true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await content())['current-context']).toBe(name);
    await removeEntries(path, owner);
    expect(await readdir(folder)).toEqual([]);
  });

  it('waits for nobody: a lock of kubectl and a file that is no kubeconfig are told', async () => {
    await writeFile(`${path}.lock`, '');
    await expect(mergeEntries(path, owner, entries, false)).rejects.toMatchObject({
      what: 'another program is changing the kubeconfig',
    });
    await rm(`${path}.lock`);
    await writeFile(path, 'clusters: [\n');
    await expect(mergeEntries(path, owner, entries, false)).rejects.toMatchObject({
      what: `${path} is not a kubeconfig`,
    });
    expect(await readFile(path, 'utf8')).toBe('clusters: [\n');
    // To somebody who never asked for an entry it is no matter.
    expect((await findEntries(path, owner)).whose).toBe('nobody');
  });
});

it('entries of that name without our mark are foreign', async () => {
  await writeFile(
    path,
    stringify({ ...other, contexts: [{ name, context: { cluster: 'dev', user: 'dev' } }] }),
  );
  expect((await findEntries(path, owner, name)).whose).toBe('foreign');
  expect((await findEntries(path, owner)).whose).toBe('nobody');
  expect((await findEntries(path, { ...owner, account: '000000000000' }, 'dev')).whose).toBe('foreign');
});

it('whatever else a kubeconfig holds is the same after merging and removing', async () => {
  const entry = (body: string) =>
    fc.record({ name: fc.string({ minLength: 1 }), [body]: fc.dictionary(fc.string(), fc.jsonValue()) });
  const config = fc.record(
    {
      apiVersion: fc.constant('v1'),
      clusters: fc.array(entry('cluster')),
      users: fc.array(entry('user')),
      contexts: fc.array(entry('context')),
      'current-context': fc.string(),
      preferences: fc.dictionary(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: ['apiVersion', 'clusters', 'users', 'contexts'] },
  );
  await fc.assert(
    fc.asyncProperty(config, async (before) => {
      await writeFile(path, stringify(before));
      await mergeEntries(path, owner, entries, false);
      expect((await findEntries(path, owner)).whose).toBe('ours');
      await removeEntries(path, owner);
      expect(await content()).toEqual(parse(stringify(before)));
    }),
    { numRuns: 20 },
  );
});

it('the file is the first of KUBECONFIG, else ~/.kube/config', () => {
  const { KUBECONFIG } = process.env;
  try {
    process.env.KUBECONFIG = ':/one:/two';
    expect(userKubeconfigPath()).toBe('/one');
    process.env.KUBECONFIG = '';
    expect(userKubeconfigPath()).toMatch(/\/\.kube\/config$/);
  } finally {
    if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = KUBECONFIG;
  }
});
