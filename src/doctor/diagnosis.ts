import type { Context } from '../context.ts';
import type { Step } from '../steps/step.ts';

/** What `--fix` does about a finding. */
export interface Cure {
  /** One command. */
  readonly run?: (context: Context) => Promise<void>;
  /** A step of the walkthrough, applied after it: to make something again, or to wait until it is well. */
  readonly step?: Step;
}

/** One thing that is wrong. */
export interface Finding {
  /** Where and how it shows: the object and its own words. */
  readonly evidence: string;
  /** What is wrong, where the diagnosis alone does not say it. */
  readonly what?: string;
  /** The one command, or the change that only a person can make. */
  readonly fix: string;
  /** Present when `fix` is one safe command: it deletes nothing that holds data, and may be run again. */
  readonly cure?: Cure;
}

/** Findings by the ids of their diagnoses. */
export type Causes = ReadonlyMap<string, readonly Pick<Finding, 'fix'>[]>;

/** One thing that can be wrong with a cluster, and how it is recognised. */
export interface Diagnosis {
  readonly id: string;
  /** What is wrong, as a sentence without a full stop. */
  readonly title: string;
  /** It asks the cluster's API; without a cluster there is nothing to look at. */
  readonly inCluster?: boolean;
  /** It mostly follows from something else: looked at, and told, after the causes. */
  readonly symptom?: boolean;
  /**
   * Only reads. Throws when it cannot: then nothing can be said, least of all that this is in order.
   *
   * @param causes for a symptom: what the other diagnoses found; empty where one could not look
   */
  look(context: Context, causes: Causes): Promise<readonly Finding[]>;
}

/** What an examination found: all evidence for one thing to do. */
export interface Found extends Omit<Finding, 'evidence'> {
  readonly id: string;
  readonly what: string;
  readonly evidence: readonly string[];
  readonly symptom: boolean;
}
