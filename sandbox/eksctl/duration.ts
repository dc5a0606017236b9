import { Failure } from './failure.ts';

const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
const part = /(\d+(?:\.\d+)?)(ms|h|m|s)/g;

/** Reads a Go duration (`25m`, `1h30m`, `70s`) as seconds. Throws Failure in the words of Go's flag package. */
export function parseDuration(text: string, flag: string): number {
  const parts = [...text.matchAll(part)];
  if (parts.length === 0 || parts.map((match) => match[0]).join('') !== text)
    throw new Failure(
      `invalid argument "${text}" for "--${flag}" flag: time: ${/\d$/.test(text) ? 'missing unit in' : 'invalid'} duration "${text}"`,
    );
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0);
}

/** Prints seconds as Go does: `1m10s`, `25m0s`. */
export function formatDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = Number((seconds % 60).toFixed(3));
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${rest}s`;
}
