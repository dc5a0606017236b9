import type { KubeObject } from '../api.ts';
import type { Cause } from '../model/errors.ts';
import type { ApiServer } from '../rest/context.ts';
import type { NameRule } from './names.ts';

/**
 * What a kind does beyond storing: how it fills in, prepares and checks its objects (the registry strategy of a
 * real API server). Functions that fill in change the copy they are given.
 */
export interface Strategy {
  /** Fills in defaults; must be repeatable. */
  defaults?(object: KubeObject): void;
  /** Gives a new object what only the server knows (an address, a phase). */
  prepareCreate?(object: KubeObject, server: ApiServer): void;
  /** Carries over or computes what an update cannot set. */
  prepareUpdate?(object: KubeObject, old: KubeObject, server: ApiServer): void;
  /** What is wrong with an object. */
  validate?(object: KubeObject, server: ApiServer): Cause[];
  /** What is wrong with a change, beyond `validate`. */
  validateUpdate?(object: KubeObject, old: KubeObject, server: ApiServer): Cause[];
  /** Texts for `Warning` headers. */
  warnings?(object: KubeObject): string[];
  /** A create may set the status (nodes). */
  readonly statusOnCreate?: boolean;
  /** Names follow another rule than DNS-1123 subdomain. */
  readonly nameRule?: NameRule;
  /** Further finalizers, outside metadata, that hold a deleted object (namespaces). */
  holds?(object: KubeObject): boolean;
  /** Marks an object whose deletion has begun. */
  beginDelete?(object: KubeObject): void;
  /** Being marked as deleted is no new generation (definitions). */
  readonly keepsGeneration?: boolean;
  /** Why an object may never be deleted. */
  undeletable?(object: KubeObject): string | undefined;
  /** Seconds between the request to delete and the removal, when the request names none (pods). */
  gracePeriod?(object: KubeObject): number;
}
