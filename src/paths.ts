import { homedir } from 'node:os';
import { join } from 'node:path';

/** Looks up an environment variable; an empty one counts as absent, as in the XDG specification. */
const fromEnvironment = (name: string, environment: NodeJS.ProcessEnv = process.env): string | undefined =>
  environment[name] || undefined;

/** Where downloads are kept (XDG Base Directory Specification). Losing it costs only time. */
export const cacheFolder = (): string =>
  join(fromEnvironment('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'lbc-setup');

/** Where kubeconfigs, generated files and logs are kept. Nothing in it is needed to go on or to tear down. */
export const stateFolder = (environment?: NodeJS.ProcessEnv): string =>
  join(fromEnvironment('XDG_STATE_HOME', environment) ?? join(homedir(), '.local', 'state'), 'lbc-setup');

/** The folder of one cluster's generated files; for a program in another environment, that one's. */
export const clusterFolder = (
  account: string,
  region: string,
  cluster: string,
  environment?: NodeJS.ProcessEnv,
): string => join(stateFolder(environment), account, region, cluster);

/**
 * Where it is written down which rehearsal runs in the background. Within that rehearsal, whose state folder is another
 * one, a variable still names the file.
 */
export const sandboxFile = (): string =>
  fromEnvironment('LBC_SETUP_SANDBOX') ?? join(stateFolder(), 'sandbox.json');
