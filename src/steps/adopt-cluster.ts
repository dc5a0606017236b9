import type { Cluster } from '@aws-sdk/client-eks';
import { findForeignController } from '../adoption/foreign-controller.ts';
import { checkPodSubnets } from '../adoption/pod-subnets.ts';
import type { Problem } from '../adoption/problem.ts';
import { checkSubnets } from '../adoption/subnets.ts';
import { checkSystemPods } from '../adoption/system-pods.ts';
import { adoptedCluster, isServing } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { type Step, state } from './step.ts';

/** The oldest Kubernetes that the pinned chart supports (README of the chart: "v1.5.0+ requires Kubernetes 1.22+"). */
const oldestMinor = 22;

type Check = (context: Context, cluster: Cluster) => Problem | undefined | Promise<Problem | undefined>;

/** What a cluster that is there already must have, looked at before anything is changed. */
const checks: readonly Check[] = [
  ({ config }, cluster) => {
    const { status } = cluster;
    if (isServing(cluster)) return undefined;
    const wait = `aws eks wait cluster-active --name ${config.cluster} --region ${config.region}`;
    return {
      evidence: `EKS says ${status}`,
      fix: status === 'CREATING' ? wait : `use another --cluster than ${config.cluster}`,
    };
  },
  ({ config }, { version = '' }) =>
    Number(version.split('.')[1]) >= oldestMinor
      ? undefined
      : {
          evidence: `Kubernetes ${version} is older than the controller supports (1.${oldestMinor})`,
          fix: `aws eks update-cluster-version --name ${config.cluster} --kubernetes-version 1.${Number(version.split('.')[1]) + 1} --region ${config.region}`,
        },
  (_, { computeConfig }) =>
    computeConfig?.enabled
      ? {
          evidence: 'the cluster runs in EKS Auto Mode, which makes load balancers by itself',
          fix: 'use another --cluster; in Auto Mode there is nothing to install',
        }
      : undefined,
  (_, { identity }) =>
    identity?.oidc?.issuer
      ? undefined
      : {
          evidence: 'the cluster has no OIDC issuer, which roles of ServiceAccounts depend on',
          fix: 'use another --cluster',
        },
  (context, { resourcesVpcConfig }) => checkSubnets(context, resourcesVpcConfig?.vpcId ?? ''),
  checkPodSubnets,
  checkSystemPods,
  async (context) => (await findForeignController(context))?.problem,
];

/**
 * A cluster of the wanted name that somebody else made is adopted: used, never changed beyond what is added to it, and
 * never deleted. This looks first whether it can be used.
 */
export const adoptCluster: Step = {
  id: 'adoption',
  title: 'Look whether the cluster is there already',
  subject: 'Cluster of somebody else',
  command: 'cluster',
  needs: ['tools'],
  deadline: 120,
  async check(context) {
    const cluster = await adoptedCluster(context);
    if (!cluster) return state.ready('none of this name');
    const problems: Problem[] = [];
    for (const check of checks) {
      const problem = await check(context, cluster);
      if (problem) problems.push(problem);
    }
    if (problems.length > 0) {
      return state.inTheWay(
        problems.map(({ evidence }) => evidence).join('\n'),
        problems.map(({ fix }) => fix).join('\n'),
      );
    }
    const controller = await findForeignController(context);
    return state.adopted(
      `${cluster.name} was not made by lbc-setup: used, and never deleted; ${controller ? `its own controller is used: ${controller.evidence}` : 'no load balancer controller yet'}`,
    );
  },
  async apply() {
    // Nothing to make: the check says what is in the way.
  },
};
