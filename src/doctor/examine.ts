import type { Context } from '../context.ts';
import { explain } from '../errors/explain.ts';
import { apiDiagnosis } from './cluster.ts';
import type { Causes, Diagnosis, Found } from './diagnosis.ts';
import { hasApi } from './objects.ts';
import { diagnoses } from './table.ts';

/** A diagnosis that could not be looked at: nothing is known of it. */
export interface Unknown {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
}

/** What an examination came to. */
export interface Examination {
  /** The most likely cause first. */
  readonly findings: readonly Found[];
  readonly unknown: readonly Unknown[];
  /** The ids of the diagnoses that were looked at. */
  readonly looked: readonly string[];
}

type Looked = { readonly findings: readonly Found[]; readonly unknown?: Unknown };

/**
 * Looks at everything, reading only. What cannot be read is unknown, never in order. Without a cluster, what is in it is
 * not looked at; where its API does not answer, that is the finding, and the rest is unknown.
 */
export async function examine(context: Context): Promise<Examination> {
  const exists = await hasApi(context);
  const api = exists ? await look(context, apiDiagnosis, new Map()) : { findings: [] };
  const table = diagnoses.filter(({ inCluster }) => exists || !inCluster);
  const closed = api.findings[0];
  const run = async (some: readonly Diagnosis[], causes: Causes): Promise<Looked[]> =>
    Promise.all(
      some.map(async (one): Promise<Looked> => {
        if (closed && one.inCluster) return { findings: [], unknown: unread(one, closed.what, closed.fix) };
        return look(context, one, causes);
      }),
    );
  const first = await run(
    table.filter(({ symptom }) => !symptom),
    new Map(),
  );
  const causes = new Map<string, readonly Found[]>();
  for (const { findings, unknown } of first) {
    for (const { id } of [...findings, ...(unknown ? [unknown] : [])]) causes.set(id, findings);
  }
  const then = await run(
    table.filter(({ symptom }) => symptom),
    causes,
  );
  const results = [api, ...first, ...then];
  const unknown = results.flatMap((one) => one.unknown ?? []);
  return {
    findings: merge(results.flatMap(({ findings }) => findings)),
    unknown,
    looked: table.map(({ id }) => id).filter((id) => !unknown.some((one) => one.id === id)),
  };
}

async function look(context: Context, diagnosis: Diagnosis, causes: Causes): Promise<Looked> {
  const { id, title, symptom = false } = diagnosis;
  try {
    const findings = await diagnosis.look(context, causes);
    return {
      findings: findings.map((one) => ({
        ...one,
        id,
        what: one.what ?? title,
        evidence: one.evidence.split('\n'),
        symptom,
      })),
    };
  } catch (error) {
    context.signal.throwIfAborted();
    const { what, why, fix } = explain(error);
    return { findings: [], unknown: unread(diagnosis, why ? `${what}: ${why.split('\n')[0]}` : what, fix) };
  }
}

/**
 * What is told once: the same thing at several places, and a symptom that goes away by what is done about an earlier
 * finding, which is more evidence of that.
 */
export function merge(findings: readonly Found[]): Found[] {
  const merged: Found[] = [];
  for (const one of findings) {
    const at = merged.findIndex(({ what, fix }) => fix === one.fix && (what === one.what || one.symptom));
    const before = merged[at];
    if (before) merged[at] = { ...before, evidence: [...new Set([...before.evidence, ...one.evidence])] };
    else merged.push(one);
  }
  return merged;
}

const unread = ({ id, title }: Diagnosis, why: string, fix: string): Unknown => ({ id, title, why, fix });
