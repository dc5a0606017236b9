import { randomBytes } from 'node:crypto';
import { access, link, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../errors/user-error.ts';
import { readFileIfPresent, writePrivateFile } from '../files.ts';
import { sandboxFile } from '../paths.ts';
import { poll } from '../poll.ts';
import { createSandboxClient, type SandboxClient, type SandboxStatus } from './client.ts';
import { folderPrefix, launchSandbox, type SandboxOptions } from './launch.ts';

/** The rehearsal that is kept in the background. */
export interface BackgroundSandbox {
  readonly client: SandboxClient;
  readonly status: SandboxStatus;
  readonly directory: string;
}

/** What is written down about it. Whoever can read the file may command it. */
interface Entry {
  readonly pid: number;
  readonly control: string;
  readonly directory: string;
}

/** Seconds within which a rehearsal ends that was told to. */
const endDeadline = 30;

/**
 * The rehearsal in the background, or undefined when none runs. What is written down counts only if a rehearsal answers
 * to it; what one left behind that ended without order is cleaned up.
 *
 * @throws UserError when it runs and does not answer
 */
export async function findSandbox(): Promise<BackgroundSandbox | undefined> {
  const entry = await readEntry();
  if (!entry) return undefined;
  const client = createSandboxClient(entry.control);
  try {
    const status = await client.status();
    return { client, status, directory: entry.directory };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      throw new UserError({
        what: 'the sandbox does not answer',
        why: `process ${entry.pid} has said nothing for a while`,
        fix: `kill ${entry.pid}, then lbc-setup sandbox start`,
      });
    }
    await forget(entry);
    return undefined;
  }
}

/** Starts a rehearsal that stays when this process ends; when another process was faster, that one's is used. */
export async function startInBackground(options: SandboxOptions): Promise<BackgroundSandbox> {
  const launched = await launchSandbox({ ...options, background: true });
  const { control, status, directory } = launched;
  const entry: Entry = { pid: status.pid, control, directory };
  if (await writeEntry(entry)) {
    launched.letGo();
    return { client: createSandboxClient(control), status, directory };
  }
  await launched.stop();
  return (await findSandbox()) ?? startInBackground(options);
}

/** Ends the rehearsal. Returns when it is gone and its folder too. */
export async function stopSandbox({ client, directory }: BackgroundSandbox): Promise<void> {
  await client.end();
  // The folder is the last thing that it removes; a process id tells less, for it may be given to another program.
  await poll(endDeadline, new AbortController().signal, async () =>
    access(directory).then(
      () => undefined,
      () => true,
    ),
  );
  await rm(sandboxFile(), { force: true });
}

async function readEntry(): Promise<Entry | undefined> {
  const text = await readFileIfPresent(sandboxFile());
  if (!text) return undefined;
  try {
    return JSON.parse(text.toString('utf8')) as Entry;
  } catch {
    await rm(sandboxFile(), { force: true });
    return undefined;
  }
}

/** Writes the entry unless there is one. The link makes it appear whole and at once, for one process only. */
async function writeEntry(entry: Entry): Promise<boolean> {
  const temporary = `${sandboxFile()}.${randomBytes(6).toString('hex')}`;
  await writePrivateFile(temporary, `${JSON.stringify(entry)}\n`);
  try {
    await link(temporary, sandboxFile());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Cleans up after a rehearsal that is gone. Only a folder that a rehearsal made is ever removed. */
async function forget({ directory, control }: Entry): Promise<void> {
  if (basename(directory).startsWith(folderPrefix)) await rm(directory, { recursive: true, force: true });
  // Another process may have started a new one meanwhile.
  if ((await readEntry())?.control === control) await rm(sandboxFile(), { force: true });
}
