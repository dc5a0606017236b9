import { audit } from '../audit.ts';
import { costOfLeftover } from '../cost/leftovers.ts';
import { checks } from '../preflight/table.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import { isNone } from './objects.ts';

/** What a teardown by other means left; eksctl says that everything was deleted, and is wrong. */
const leftovers: Diagnosis = {
  id: 'leftovers',
  title: 'something is left of a cluster that is gone',
  async look(context) {
    if (!(await isNone(context))) return [];
    const { leftovers: found, unknown } = await audit(context);
    if (unknown[0] && found.length === 0) throw unknown[0].error;
    return [
      ...found.map((one): Finding => {
        const cost = costOfLeftover(one, context.config.region);
        return { evidence: `${one.kind} ${one.id}${cost ? `, ${cost}` : ''}`, fix: 'lbc-setup teardown' };
      }),
      ...unknown.map(
        ({ kind, why, fix }): Finding => ({
          evidence: `${kind}: ${why}`,
          what: 'there may be more, which could not be looked for',
          fix,
        }),
      ),
    ];
  },
};

/** What can be said before there is a cluster: whether one can be made. */
export const noClusterDiagnoses: readonly Diagnosis[] = [
  ...checks.map(
    ({ name, title, check }): Diagnosis => ({
      id: `preflight-${name}`,
      title,
      look: async (context) => ((await isNone(context)) ? check(context) : []),
    }),
  ),
  leftovers,
];
