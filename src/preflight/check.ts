import type { Context } from '../context.ts';
import type { PreflightName } from './check-names.ts';

/** Why making a cluster would fail, known before anything is made. */
export interface Obstacle {
  readonly evidence: string;
  /** The command, option or change that helps. */
  readonly fix: string;
}

/** One thing that is looked at before a cluster is made. */
export interface PreflightCheck {
  readonly name: PreflightName;
  /** What an obstacle means, as a sentence without a full stop. */
  readonly title: string;
  /** Only reads. Throws when it cannot: that is told, and stops nothing. */
  check(context: Context): Promise<readonly Obstacle[]>;
}
