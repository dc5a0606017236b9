import { afterEach, expect, it, vi } from 'vitest';
import { DeadlineExceeded, poll } from '../../src/poll.ts';

const forever = new AbortController().signal;
const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

afterEach(() => vi.restoreAllMocks());

it('a wait goes on over errors that pass by themselves', async () => {
  const answers = [refused(), undefined, refused(), 'there'];
  const probe = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  expect(await poll(60, forever, probe)).toBe('there');
});

it('a wait gives up when nothing but such errors comes back for five minutes', async () => {
  let now = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => now);
  let asked = 0;
  const probe = async () => {
    asked++;
    now += 100_000;
    throw refused();
  };
  await expect(poll(3600, forever, probe)).rejects.toThrow('ECONNREFUSED');
  expect(asked).toBe(5);
});

it('the last error is told when the time is up, and otherwise that it is', async () => {
  await expect(poll(0, forever, () => Promise.reject(refused()))).rejects.toThrow('ECONNREFUSED');
  await expect(poll(0, forever, async () => undefined)).rejects.toThrow(DeadlineExceeded);
});

it('an error that no waiting cures ends a wait at once', async () => {
  const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  let asked = 0;
  const probe = async () => {
    asked++;
    throw denied;
  };
  await expect(poll(60, forever, probe)).rejects.toBe(denied);
  expect(asked).toBe(1);
});
