import type { World } from '../world.ts';
import { AwsError } from './service.ts';

/** Thrown for a token that no page ended with; the server answers it with the service's own code. */
export class InvalidPageToken extends AwsError {
  constructor(token: string) {
    super('InvalidNextToken', `Invalid pagination token: ${token}`);
  }
}

export interface PageRequest {
  /** What the previous page ended with; absent for the first page. */
  readonly token?: string;
  /** The largest page that the caller accepts; default 100. */
  readonly limit?: number;
  /** True where AWS documents the order (stack events, newest first); else the order is drawn from the seed. */
  readonly ordered?: boolean;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextToken?: string;
}

const defaultLimit = 100;
const remainders = new WeakMap<World, Map<string, readonly unknown[]>>();

/**
 * One page of a list. Later pages continue the list as it was when the first was asked for.
 * With `world.pageSize` each page's size is drawn from 1 to it (or to `limit`, if smaller).
 */
export function paginate<T>(world: World, items: readonly T[], request: PageRequest): Page<T> {
  const rests = remainders.get(world) ?? new Map<string, readonly unknown[]>();
  remainders.set(world, rests);
  const { token, limit = defaultLimit, ordered = false } = request;
  const known = token === undefined || token === '' ? undefined : rests.get(token);
  if (token && !known) throw new InvalidPageToken(token);
  const list = (known ?? (ordered ? items : world.random.shuffle(items))) as readonly T[];
  const size = world.pageSize ? Math.min(limit, world.random.integer(1, world.pageSize)) : limit;
  const rest = list.slice(size);
  if (rest.length === 0) return { items: [...list] };
  const nextToken = Buffer.from(world.random.hex(32)).toString('base64url');
  rests.set(nextToken, rest);
  return { items: list.slice(0, size), nextToken };
}
