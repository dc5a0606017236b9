import type { Arguments } from './arguments.ts';
import type { SimulatedClock } from './clock.ts';
import type { Environment, Host } from './environment.ts';
import type { Logger } from './log.ts';

/** What a command runs with. */
export interface Session {
  readonly host: Host;
  readonly environment: Environment;
  readonly clock: SimulatedClock;
  readonly log: Logger;
  readonly args: Arguments;
  /** Writes a result to stdout, bypassing the log. */
  print(text: string): void;
}
