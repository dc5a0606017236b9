import type { Aws } from './clients.ts';

/** Calls that are made, one after the other, to both servers. */
export interface Case {
  readonly name: string;
  readonly play: (aws: Aws) => Promise<void>;
}

/** The cases of one service. Each starts with an empty account. */
export interface CaseTable {
  readonly service: string;
  readonly cases: readonly Case[];
}

/** A call that is expected to be refused; whether it was, and with what code, is for the comparison to say. */
export const refused = (call: Promise<unknown>): Promise<void> =>
  call.then(
    () => undefined,
    () => undefined,
  );

/** Waits until something is so: one of the two servers takes its time. Throws after a few seconds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not become so');
}

/** A value that the next calls need. */
export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the answer lacks what the next calls need');
  return value;
}
