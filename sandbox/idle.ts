import type { RecordedCall, Recorder } from './record.ts';

/** Looks out for a rehearsal that nobody uses any more. */
export interface IdleWatch {
  /** Seconds left until it counts as idle; null when it never does. */
  left(): number | null;
  stop(): void;
}

/** How often the record is looked at, in milliseconds. */
const interval = 1000;

/**
 * Calls `onIdle` once nothing outside the rehearsal has asked anything for `seconds` (real ones). The rehearsal's own
 * programs, controllers above all, ask all the time and do not count; nor does the control API.
 */
export function watchIdle(record: Recorder, seconds: number | undefined, onIdle: () => void): IdleWatch {
  if (seconds === undefined) return { left: () => null, stop: () => {} };
  let last = Date.now();
  let seen = record.position();
  const left = (): number => {
    last = record.calls(seen).findLast(fromOutside)?.at ?? last;
    seen = record.position();
    return Math.max(0, seconds - (Date.now() - last) / 1000);
  };
  const timer = setInterval(() => {
    if (left() > 0) return;
    clearInterval(timer);
    onIdle();
  }, interval);
  return { left, stop: () => clearInterval(timer) };
}

/** By an IAM user (everything in the rehearsal acts as a role or a service), or through the guard proxy. */
const fromOutside = ({ plane, caller }: RecordedCall): boolean =>
  plane === 'proxy' || plane === 'tool' || caller.includes(':user/') || caller === 'anonymous';
