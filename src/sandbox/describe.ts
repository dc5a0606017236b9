import type { SandboxStatus } from './client.ts';

/** A rehearsal in a line: `sandbox: account 123456789012, ap-northeast-1, speed 300, seed 42, since 2026-01-31 12:00:00Z`. */
export const describeSandbox = ({ account, region, speed, seed, since }: SandboxStatus): string =>
  `sandbox: account ${account}, ${region}, speed ${speed}, seed ${seed}, since ${since.replace('T', ' ').replace(/\.\d+/, '')}`;

/** Seconds as people say them: `58 min`. */
export const minutes = (seconds: number): string =>
  seconds < 60 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
