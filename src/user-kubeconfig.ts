import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { UserError } from './errors/user-error.ts';
import { readFileIfPresent } from './files.ts';
import { markKey } from './ownership.ts';

/** The lists of a kubeconfig whose entries have names (client.config.k8s.io/v1). */
const lists = ['clusters', 'users', 'contexts'] as const;
const bodies = { clusters: 'cluster', users: 'user', contexts: 'context' } as const;

/** Whose entries they are: the value of the mark. */
export interface EntryOwner {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
}

/** Cluster, user and context of one name, without marks. */
export type Entries = Readonly<Record<(typeof lists)[number], object>> & { readonly name: string };

/** What is in the user's kubeconfig under a name. */
export interface FoundEntries {
  /** `foreign`: one of that name exists without our mark. */
  readonly whose: 'nobody' | 'ours' | 'foreign';
  readonly entries: { readonly [List in (typeof lists)[number]]?: unknown };
  readonly currentContext?: string;
}

const nothing: FoundEntries = { whose: 'nobody', entries: {} };

/** The user's kubeconfig: the first file of KUBECONFIG, as kubectl has it, else ~/.kube/config. */
export const userKubeconfigPath = (): string =>
  (process.env.KUBECONFIG ?? '').split(delimiter).find((path) => path !== '') ??
  join(homedir(), '.kube', 'config');

/** Looks for our entries by their mark, and for those of a name by it. */
export async function findEntries(path: string, owner: EntryOwner, name?: string): Promise<FoundEntries> {
  // A file that we never wrote to is not ours to judge, broken as it may be.
  if (name === undefined && !(await readFileIfPresent(path))?.includes(markKey)) return nothing;
  const document = await read(path);
  const found = lists.map((list) => [list, items(document, list)] as const);
  const wanted = (item: YAMLMap): boolean =>
    name === undefined ? isMarked(item, owner) : item.get('name') === name;
  const entries = found.flatMap(([list, all]) => all.filter(wanted).map((item) => ({ list, item })));
  const ours = entries.filter(({ item }) => isMarked(item, owner));
  return {
    whose: entries.length === 0 ? 'nobody' : ours.length === entries.length ? 'ours' : 'foreign',
    entries: Object.fromEntries(entries.map(({ list, item }) => [list, contentOf(item, list)])),
    currentContext: document.get('current-context') as string | undefined,
  };
}

/**
 * Adds the entries, or brings ours up to date; everything else in the file stays as it is, comments too. A file that is
 * there is copied to `<file>.lbc-setup-backup` first.
 *
 * @param current whether to make it the current context
 */
export const mergeEntries = (
  path: string,
  owner: EntryOwner,
  entries: Entries,
  current: boolean,
): Promise<void> =>
  change(path, async (document) => {
    const before = document.get('current-context') as string | undefined;
    const known = items(document, 'contexts').find((item) => isMarked(item, owner));
    const previous =
      (known && extensionOf(known)?.previous) ?? (before === entries.name ? undefined : before);
    if (!document.contents) {
      document.set('apiVersion', 'v1');
      document.set('kind', 'Config');
    }
    removeFrom(document, owner);
    for (const list of lists) {
      const extension = { ...owner, ...(list === 'contexts' && previous && { previous }) };
      const body = { ...entries[list], extensions: [{ name: markKey, extension }] };
      const entry = document.createNode({ name: entries.name, [bodies[list]]: body });
      if (isSeq(document.get(list))) document.addIn([list], entry);
      else document.set(list, document.createNode([entry]));
    }
    if (current) document.set('current-context', entries.name);
    if (await readFileIfPresent(path)) await copyFile(path, backupOf(path));
    return 'keep';
  });

/** Takes our entries out again, and with them the backup; a file that held nothing else goes too. */
export const removeEntries = (path: string, owner: EntryOwner): Promise<void> =>
  change(path, async (document) => {
    const context = items(document, 'contexts').find((item) => isMarked(item, owner));
    const previous = context && extensionOf(context)?.previous;
    if (context && document.get('current-context') === context.get('name'))
      document.set('current-context', previous ?? '');
    removeFrom(document, owner);
    const madeByUs = !(await readFileIfPresent(backupOf(path)));
    await rm(backupOf(path), { force: true });
    return madeByUs && lists.every((list) => items(document, list).length === 0) ? 'delete' : 'keep';
  });

const backupOf = (path: string): string => `${path}.lbc-setup-backup`;

async function read(path: string): Promise<Document> {
  const text = (await readFileIfPresent(path))?.toString('utf8') ?? '';
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (!mistake && (document.contents === null || isMap(document.contents))) return document;
  throw new UserError({
    what: `${path} is not a kubeconfig`,
    why: mistake?.message ?? 'it does not hold a mapping',
    fix: `correct ${path}, or name another file in KUBECONFIG`,
  });
}

const items = (document: Document, list: string): YAMLMap[] => {
  const found = document.contents ? document.get(list) : undefined;
  return isSeq(found) ? found.items.filter(isMap) : [];
};

interface Extension extends EntryOwner {
  /** The context that was current before ours. */
  readonly previous?: string;
}

function extensionOf(item: YAMLMap): Extension | undefined {
  const entry = item.toJSON() as Record<string, { extensions?: { name: string; extension: Extension }[] }>;
  const body = Object.values(bodies)
    .map((key) => entry[key])
    .find((one) => typeof one === 'object');
  return body?.extensions?.find(({ name }) => name === markKey)?.extension;
}

function isMarked(item: YAMLMap, owner: EntryOwner): boolean {
  const extension = extensionOf(item);
  return (
    extension?.account === owner.account &&
    extension.region === owner.region &&
    extension.cluster === owner.cluster
  );
}

function contentOf(item: YAMLMap, list: (typeof lists)[number]): object {
  const { extensions, ...body } =
    (item.toJSON() as Record<string, Record<string, unknown>>)[bodies[list]] ?? {};
  return body;
}

function removeFrom(document: Document, owner: EntryOwner): void {
  for (const list of lists) {
    const found = document.contents ? document.get(list) : undefined;
    if (isSeq(found)) found.items = found.items.filter((item) => !(isMap(item) && isMarked(item, owner)));
  }
}

/** Reads, changes and replaces the file under kubectl's own lock; a link is followed, the permissions stay. */
async function change(
  given: string,
  edit: (document: Document) => Promise<'keep' | 'delete'>,
): Promise<void> {
  await mkdir(dirname(given), { recursive: true, mode: 0o700 });
  const path = await realpath(given).catch(() => given);
  const release = await lock(`${path}.lock`);
  try {
    const document = await read(path);
    if ((await edit(document)) === 'delete') return await rm(path, { force: true });
    const mode = await stat(path).then(
      (found) => found.mode & 0o777,
      () => 0o600,
    );
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    await writeFile(temporary, await print(path, document), { mode, flag: 'wx' });
    await rename(temporary, path);
  } finally {
    await release();
  }
}

/** As text, with lists indented as the file has them; kubectl and eksctl do not indent them. */
async function print(path: string, document: Document): Promise<string> {
  const before = (await readFileIfPresent(path))?.toString('utf8') ?? '';
  return document.toString({ lineWidth: 0, indentSeq: /^\w+:\n +- /m.test(before) });
}

/** As client-go locks the file (tools/clientcmd/config.go, lockFile): by a file beside it that must not exist yet. */
async function lock(path: string): Promise<() => Promise<void>> {
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UserError({
      what: 'another program is changing the kubeconfig',
      why: `${path} exists`,
      fix: `run the same command once more; if no kubectl runs: rm ${path}`,
    });
  }
  return () => rm(path, { force: true });
}
