import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { tables } from './cases.ts';
import { connect } from './connection.ts';
import { fixture, type Recording } from './fixture.ts';
import { type Answer, createPlayer } from './play.ts';
import { type Programs, startRealServer } from './real-server.ts';

/** Plays every case on a real control plane and writes what it answered. */
export async function record(programs: Programs): Promise<void> {
  const server = await startRealServer(programs);
  const player = await createPlayer(server);
  const asking = connect(server);
  try {
    const all = tables.flatMap(({ cases }) => cases);
    await player.prepare(all);
    const failures: string[] = [];
    const cases: Record<string, Record<string, Answer>> = {};
    for (const one of all) {
      console.error(one.name);
      try {
        cases[one.name] = await player.play(one);
      } catch (error) {
        failures.push(`${one.name}: ${(error as Error).message}`);
      }
    }
    if (failures.length > 0) throw new Error(`these cases could not be played:\n${failures.join('\n')}`);
    const { body } = await asking.request('GET /version');
    const { gitVersion } = body as { gitVersion: string };
    const { stdout } = await execa(programs.etcd, ['--version']);
    const recording: Recording = {
      server: { kubernetes: gitVersion, etcd: etcdVersion(stdout) },
      clients: await player.versions(),
      cases,
    };
    await mkdir(dirname(fixture), { recursive: true });
    await writeFile(fixture, `${JSON.stringify(recording, null, 1)}\n`);
  } finally {
    asking.close();
    await player.dispose();
    await server.stop();
  }
}

// `etcd Version: 3.5.1`
const etcdVersion = (text: string): string => /etcd Version: (\S+)/.exec(text)?.[1] ?? 'unknown';
