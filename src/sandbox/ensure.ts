import { accessSync, constants } from 'node:fs';
import { loadSettings } from '../config/load.ts';
import type { Values } from '../config/settings.ts';
import { UsageError } from '../errors/user-error.ts';
import { type BackgroundSandbox, findSandbox, startInBackground } from './background.ts';

/** What the rehearsal in the background shall be like; what is not given does not matter. */
export interface EnsureOptions extends Values {
  readonly config?: string;
  readonly speed?: number;
  readonly seed?: number;
  readonly eksctl?: string;
  /** Minutes after which it ends when nobody uses it. */
  readonly idleTimeout?: number;
}

/** Simulated seconds per second: a cluster of fifteen minutes stands after three seconds. */
export const defaultSpeed = 300;
/** Minutes. */
export const defaultIdleTimeout = 60;

/**
 * Finds the rehearsal in the background, or starts it in the region of the settings, else of AWS_REGION.
 *
 * @throws UsageError when one runs that is not like this
 */
export async function ensureSandbox(
  options: EnsureOptions,
): Promise<{ sandbox: BackgroundSandbox; started: boolean }> {
  const settings = await loadSettings(options, options.config);
  const { speed, seed, eksctl } = options;
  const region = settings.region?.value;
  const running = await findSandbox();
  if (running) {
    requireLike(running, { speed, seed, region });
    return { sandbox: running, started: false };
  }
  if (eksctl) requireExecutable(eksctl);
  const sandbox = await startInBackground({
    speed: speed ?? defaultSpeed,
    seed,
    eksctl,
    region: region ?? (process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION),
    idleTimeout: (options.idleTimeout ?? defaultIdleTimeout) * 60,
  });
  return { sandbox, started: true };
}

function requireLike(
  { status }: BackgroundSandbox,
  wanted: { speed?: number; seed?: number; region?: string },
): void {
  for (const name of ['speed', 'seed', 'region'] as const) {
    if (wanted[name] === undefined || wanted[name] === status[name]) continue;
    throw new UsageError({
      what: `a sandbox runs already, with ${name} ${status[name]}, not ${wanted[name]}`,
      fix: `lbc-setup sandbox stop, then start it again; or leave ${name} as it is`,
    });
  }
}

function requireExecutable(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch (error) {
    throw new UsageError({
      what: `--eksctl: ${path} cannot be run`,
      why: (error as Error).message,
      fix: 'name the eksctl executable, or leave the option out',
    });
  }
}
