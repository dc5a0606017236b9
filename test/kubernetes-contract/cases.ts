import type { CaseTable } from './case.ts';
import { accessRules } from './cases/access.ts';
import { customResources } from './cases/custom-resources.ts';
import { defaults } from './cases/defaults.ts';
import { discovery } from './cases/discovery.ts';
import { helmReleases } from './cases/helm.ts';
import { reading } from './cases/reading.ts';
import { refusals } from './cases/refusals.ts';
import { removing } from './cases/removing.ts';
import { webhooks } from './cases/webhooks.ts';
import { workloads } from './cases/workloads.ts';
import { writing } from './cases/writing.ts';

/** Everything that is said to both servers: what this program, helm, kubectl, eksctl and the controllers use. */
export const tables: readonly CaseTable[] = [
  discovery,
  reading,
  writing,
  removing,
  refusals,
  defaults,
  accessRules,
  customResources,
  workloads,
  webhooks,
  helmReleases,
];
