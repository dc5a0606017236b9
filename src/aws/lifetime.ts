/** Credentials as the SDK resolved them, as far as they tell how long they last. */
export interface Lasting {
  readonly sessionToken?: string;
  readonly expiration?: Date;
  /** The SDK's mark of where they came from. */
  readonly $source?: Readonly<Record<string, string>>;
}

/** How long credentials last, against what `up` needs. */
export interface Lifetime {
  /** `never`: long-lived keys. `renewed`: the SDK gets new ones by itself. `unknown`: they do not say. */
  readonly kind: 'never' | 'renewed' | 'fixed' | 'unknown';
  readonly expires?: string;
  /** For people. */
  readonly text: string;
  /** What to do before a long run; absent: nothing. */
  readonly warning?: string;
}

/** Minutes that a whole `up` may take on AWS; most of it is the cluster and its Fargate profiles. */
export const upMinutes = 45;

/**
 * Tells how long credentials last. What expires is renewed by the SDK wherever it came from, except keys in environment
 * variables, for which nobody but the user can get new ones.
 */
export function lifetimeOf({ sessionToken, expiration, $source = {} }: Lasting, now: Date): Lifetime {
  if (!expiration) {
    if (!sessionToken) return { kind: 'never', text: 'do not expire' };
    return {
      kind: 'unknown',
      text: `are temporary and do not say until when they last; "up" takes up to ${upMinutes} minutes`,
    };
  }
  const expires = expiration.toISOString();
  const minutes = Math.floor((expiration.getTime() - now.getTime()) / 60_000);
  const until = `last until ${expires.slice(0, 16).replace('T', ' ')} UTC (${minutes} minutes)`;
  if (!('CREDENTIALS_ENV_VARS' in $source))
    return { kind: 'renewed', expires, text: `${until} and are renewed by themselves` };
  return {
    kind: 'fixed',
    expires,
    text: until,
    ...(minutes < upMinutes && {
      warning: `the credentials last ${minutes} minutes, and "up" takes up to ${upMinutes}: get new ones first. What was begun is continued with new ones, too.`,
    }),
  };
}
