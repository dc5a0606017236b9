import { expect } from 'vitest';
import type { ChaosWorld, Event, Victim } from './world.ts';

/** What a series of kills came to. */
export interface Series {
  /** The events at which the command was killed, in order. */
  readonly struck: readonly string[];
}

/**
 * Runs a command until it ends by itself, killing it at every event at which it was not killed yet: each kill leaves the
 * world that the next run finds. A group of one is left to the series of the program.
 */
export async function killAtEveryEvent(
  world: ChaosWorld,
  args: readonly string[],
  victim: Victim,
  wanted: (event: Event) => boolean = () => true,
): Promise<Series> {
  const struck = new Set<string>();
  const at = (event: Event): boolean =>
    !struck.has(event.name) && (victim === 'program' || event.hasChildren) && wanted(event);
  for (;;) {
    const run = await world.run(args, { victim, at });
    if (run.struck === undefined) {
      expect(run, `after ${[...struck].at(-1)}\n${run.stderr}`).toMatchObject({ exitCode: 0 });
      return { struck: [...struck] };
    }
    struck.add(run.struck.name);
  }
}
