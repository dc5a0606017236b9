import type { Context } from '../context.ts';
import { explain } from '../errors/explain.ts';
import type { Obstacle, PreflightCheck } from './check.ts';
import { namesCheck } from './names.ts';
import { permissionsCheck } from './permissions.ts';
import { regionCheck, zonesCheck } from './place.ts';
import { quotasCheck } from './quotas.ts';

/** Everything that is looked at before a cluster is made. */
export const checks: readonly PreflightCheck[] = [
  regionCheck,
  zonesCheck,
  namesCheck,
  quotasCheck,
  permissionsCheck,
];

/** What became of it. */
export interface Preflight {
  /** The names of the checks that were made. */
  readonly looked: readonly string[];
  readonly obstacles: readonly (Obstacle & { readonly name: string })[];
  /** What could not be looked at, and why, by name. It stops nothing: who may do less may be enough. */
  readonly unknown: readonly { readonly name: string; readonly why: string }[];
}

/** Looks at everything that is not to be skipped, reading only. */
export async function runPreflight(context: Context): Promise<Preflight> {
  const wanted = checks.filter(({ name }) => !context.config.skipPreflight.includes(name));
  const results = await Promise.all(
    wanted.map(async ({ name, check }): Promise<Preflight> => {
      try {
        const obstacles = (await check(context)).map((one) => ({ ...one, name }));
        return { looked: [name], obstacles, unknown: [] };
      } catch (error) {
        context.signal.throwIfAborted();
        return { looked: [], obstacles: [], unknown: [{ name, why: explain(error).what }] };
      }
    }),
  );
  return {
    looked: results.flatMap(({ looked }) => looked),
    obstacles: results.flatMap(({ obstacles }) => obstacles),
    unknown: results.flatMap(({ unknown }) => unknown),
  };
}
