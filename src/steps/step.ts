import type { Context } from '../context.ts';
import type { Billed } from '../cost/billed.ts';

/** The subcommands that apply steps, named in advice ("run lbc-setup iam"). */
export type StepCommand = 'init' | 'cluster' | 'iam' | 'install-controller' | 'deploy-sample' | 'verify';

/** What a check found. `evidence` says it in a few words and is shown to the user. */
export interface State {
  /**
   * - `absent`: not there.
   * - `ready`: there, ours (or needing no owner) and as wanted.
   * - `pending`: on its way without our doing; wait.
   * - `drifted`: there and ours, but not as wanted; applying mends it.
   * - `broken`: ours, and must be removed before it can be made again.
   * - `foreign`: there and not ours. Used when it fits, never changed or deleted.
   */
  readonly status: 'absent' | 'ready' | 'pending' | 'drifted' | 'broken' | 'foreign';
  readonly evidence: string;
  /** For `foreign`: whether it can be used as it is. */
  readonly fits?: boolean;
  /** For `foreign`: part of it is ours all the same, and removing takes that part. */
  readonly partlyOurs?: boolean;
  /** The command or option that helps when the tool itself cannot go on from here. */
  readonly fix?: string;
}

/**
 * One step of the walkthrough. Steps hand each other nothing: each looks at the world, which is what makes their order
 * and their repetition safe.
 */
export interface Step {
  readonly id: string;
  /** What applying it does: "Create the cluster". */
  readonly title: string;
  /** What it is about, for looking and removing: "Cluster". */
  readonly subject: string;
  readonly command: StepCommand;
  /** Ids of the steps whose work this one builds on. Removal goes the other way. */
  readonly needs: readonly string[];
  /** It only guards what needs it in the same run: a command that does not have it goes on without. */
  readonly guards?: boolean;
  /** Seconds that it may take, from the start of applying (or removing) to ready (or absent). */
  readonly deadline: number;
  /**
   * Only reads. Throws when the state cannot be read (access denied, no answer): that is unknown, which is never the
   * same as absent.
   */
  check(context: Context): Promise<State>;
  /** Makes it so. May return before it is so: the check is repeated until the deadline. Absent: nothing to make. */
  apply?(context: Context, found: State): Promise<void>;
  /** Takes away what is ours. May return early, likewise. Absent: goes away with what it needs. */
  remove?(context: Context, found: State): Promise<void>;
  /** Removals with the same name here run one at a time. */
  readonly removeAlone?: string;
  /**
   * The step that makes this one's things too, when it makes its own; applying this one is for when that was cut off.
   * `afterwards`: what remains to be done afterwards, in words.
   */
  readonly comesWith?: { readonly step: string; readonly afterwards?: string };
  /** Removed after everything else: the rest is removed with its help. */
  readonly removeLast?: boolean;
  /** What of it AWS bills by the hour while it is there. */
  bills?(context: Context): readonly Billed[] | Promise<readonly Billed[]>;
  /** Whether the settings ask for it; default yes. What is there all the same is shown and removed. */
  wanted?(context: Context): boolean;
}

/** Shorthands that keep the checks readable. */
export const state = {
  absent: (evidence: string, fix?: string): State => ({ status: 'absent', evidence, fix }),
  ready: (evidence: string): State => ({ status: 'ready', evidence }),
  pending: (evidence: string): State => ({ status: 'pending', evidence }),
  drifted: (evidence: string): State => ({ status: 'drifted', evidence }),
  broken: (evidence: string): State => ({ status: 'broken', evidence }),
  /** There, not ours, and usable. */
  adopted: (evidence: string): State => ({ status: 'foreign', evidence, fits: true }),
  /** There, not ours, and in the way; `fix` says how to avoid it. */
  inTheWay: (evidence: string, fix: string): State => ({ status: 'foreign', evidence, fits: false, fix }),
};
