import { expect, it } from 'vitest';
import { lifetimeOf } from '../../src/aws/lifetime.ts';

const now = new Date('2026-01-01T12:00:00Z');
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const fromVariables = { CREDENTIALS_ENV_VARS: 'g' };

it.each([
  ['long-lived keys', {}, 'never', false],
  ['temporary keys that say nothing', { sessionToken: 't' }, 'unknown', false],
  [
    'keys in variables that last',
    { sessionToken: 't', expiration: inMinutes(60), $source: fromVariables },
    'fixed',
    false,
  ],
  [
    'keys in variables that end during up',
    { sessionToken: 't', expiration: inMinutes(44), $source: fromVariables },
    'fixed',
    true,
  ],
  [
    'keys in variables that have ended',
    { sessionToken: 't', expiration: inMinutes(-5), $source: fromVariables },
    'fixed',
    true,
  ],
  [
    'those of CloudShell',
    { sessionToken: 't', expiration: inMinutes(10), $source: { CREDENTIALS_HTTP: 'z' } },
    'renewed',
    false,
  ],
  [
    'those of a sign-in',
    { sessionToken: 't', expiration: inMinutes(10), $source: { CREDENTIALS_SSO: 's' } },
    'renewed',
    false,
  ],
] as const)('%s', (_, credentials, kind, warns) => {
  const lifetime = lifetimeOf(credentials, now);
  expect(lifetime.kind).toBe(kind);
  expect(lifetime.warning !== undefined).toBe(warns);
});

it('says when, in minutes too', () => {
  expect(lifetimeOf({ expiration: inMinutes(52), $source: fromVariables }, now)).toEqual({
    kind: 'fixed',
    expires: '2026-01-01T12:52:00.000Z',
    text: 'last until 2026-01-01 12:52 UTC (52 minutes)',
  });
});
