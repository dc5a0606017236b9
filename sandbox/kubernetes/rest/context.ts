import type { World } from '../../world.ts';
import type { ClusterSpec, Workloads } from '../api.ts';
import type { TokenIssuer } from '../auth/tokens.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { Store } from '../storage/store.ts';

/** Who makes a request, as authentication found out (`authentication.k8s.io/v1.UserInfo`). */
export interface User {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The circumstances of one request. */
export interface RequestContext {
  readonly user: User;
  /** Nothing is stored, everything else happens. */
  readonly dryRun: boolean;
  /** The field manager that the request's changes are booked under. */
  readonly manager: string;
  /** What to do with unknown and duplicate fields. */
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  /** Texts for `Warning` response headers. */
  readonly warnings: string[];
}

/** What the parts of one API server share. */
export interface ApiServer {
  readonly world: World;
  readonly spec: ClusterSpec;
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly tokens: TokenIssuer;
  /** The most objects in one page of a list. */
  readonly pageSize: number;
  /** What runs inside; there is nothing before the cluster has started. */
  readonly workloads: () => Workloads | undefined;
}
