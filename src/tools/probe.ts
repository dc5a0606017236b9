import { execa } from 'execa';
import { printable } from '../output/printable.ts';
import type { Release } from './releases.ts';
import { parseVersion, type Version } from './version.ts';

/** Seconds that a program has to tell its version. */
const patience = 15;

/** The version that a program tells, or why there is none. */
export type Probe = { readonly version: Version } | { readonly problem: string };

/** Asks a program for its version. Programs that hang, fail or print something else are problems, not errors. */
export async function probe(
  path: string,
  { versionArgs, readVersion }: Release,
  signal: AbortSignal,
  seconds = patience,
): Promise<Probe> {
  const child = execa(path, versionArgs, {
    input: '',
    reject: false,
    cancelSignal: signal,
    maxBuffer: 64 * 1024,
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
    // A child of its own may hold the pipes open.
    child.stdout.destroy();
    child.stderr.destroy();
  }, seconds * 1000);
  const ended = await child;
  clearTimeout(timer);
  signal.throwIfAborted();
  if (timedOut) return { problem: `did not tell its version within ${seconds} s` };
  if (ended.failed)
    return {
      problem: `cannot be run: ${excerpt(ended.stderr || ended.originalMessage || ended.shortMessage || '')}`,
    };
  const version = parseVersion(read(readVersion, ended.stdout));
  return version
    ? { version }
    : { problem: `printed no version but ${JSON.stringify(excerpt(ended.stdout))}` };
}

function read(readVersion: Release['readVersion'], stdout: string): string {
  try {
    return String(readVersion(stdout));
  } catch {
    return '';
  }
}

const excerpt = (text: string): string => printable(text).trim().split('\n')[0]?.slice(0, 80) ?? '';
