import { readFile } from 'node:fs/promises';
import type { Answer } from './play.ts';

/** What a real server answered. */
export interface Recording {
  readonly server: {
    /** `v1.35.4` */
    readonly kubernetes: string;
    readonly etcd: string;
  };
  readonly clients: { readonly kubectl: string; readonly helm: string; readonly helm3: string };
  /** By the name of the case and the position of the step. */
  readonly cases: Readonly<Record<string, Readonly<Record<string, Answer>>>>;
}

/** Where the recording is, relative to the project. */
export const fixture = 'test/fixtures/kubernetes/recording.json';

/** Reads it. */
export const readRecording = async (): Promise<Recording> => JSON.parse(await readFile(fixture, 'utf8'));
