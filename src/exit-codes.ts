/** What the exit status tells a script. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Something was found: leftovers, drift, an unhealthy sample. */
  found: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
