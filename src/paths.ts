import { homedir } from 'node:os';
import { join } from 'node:path';

/** Looks up an environment variable; an empty one counts as absent, as in the XDG specification. */
const fromEnvironment = (name: string): string | undefined => process.env[name] || undefined;

/** Where downloads are kept (XDG Base Directory Specification). Losing it costs only time. */
export const cacheFolder = (): string =>
  join(fromEnvironment('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'lbc-setup');

/** Where kubeconfigs, generated files and logs are kept. Nothing in it is needed to go on or to tear down. */
export const stateFolder = (): string =>
  join(fromEnvironment('XDG_STATE_HOME') ?? join(homedir(), '.local', 'state'), 'lbc-setup');

/** The folder of one cluster's generated files. */
export const clusterFolder = (account: string, region: string, cluster: string): string =>
  join(stateFolder(), account, region, cluster);
