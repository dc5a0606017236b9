import { clusterDiagnoses, deletionDiagnoses } from './cluster.ts';
import { controllerDiagnoses } from './controller.ts';
import type { Diagnosis } from './diagnosis.ts';
import { stepDiagnoses } from './from-steps.ts';
import { objectDiagnoses } from './load-balancers.ts';
import { leftoverDiagnoses, networkDiagnoses } from './network.ts';
import { noClusterDiagnoses } from './no-cluster.ts';
import { podDiagnoses } from './pods.ts';
import { webhookDiagnosis } from './webhook.ts';

const all: readonly Diagnosis[] = [
  ...noClusterDiagnoses,
  ...clusterDiagnoses,
  ...stepDiagnoses,
  ...controllerDiagnoses,
  ...networkDiagnoses,
  ...podDiagnoses,
  ...objectDiagnoses,
  webhookDiagnosis,
  ...deletionDiagnoses,
  ...leftoverDiagnoses,
];

/**
 * Everything that is looked at, the most likely cause first: what everything else stands on before what stands on it,
 * causes before what follows from them.
 */
export const diagnoses: readonly Diagnosis[] = [
  ...all.filter(({ symptom }) => !symptom),
  ...all.filter(({ symptom }) => symptom),
];
