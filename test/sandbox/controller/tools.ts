import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideTools } from '../../../sandbox/tools.ts';

/** The path of a real helm of this major version. */
export async function realHelm(major: 3 | 4): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'helm-'));
  await provideTools({ directory, helm: major === 3 ? '3' : '4' });
  return join(directory, 'helm');
}
