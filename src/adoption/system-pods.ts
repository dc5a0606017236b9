import type { Cluster } from '@aws-sdk/client-eks';
import { isServing } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { systemProfile } from '../steps/cluster-config.ts';
import { availability } from '../steps/pods.ts';
import { findCompute } from './compute.ts';
import type { Problem } from './problem.ts';

const namespace = 'kube-system';

/** What pods of kube-system run on in a cluster of somebody else, or why they cannot run: nothing is made for them. */
export async function judgeSystemCompute(context: Context): Promise<{ evidence: string; problem?: Problem }> {
  const compute = await findCompute(context, namespace);
  if (compute) return { evidence: `${namespace} runs on ${compute}` };
  const { cluster, region } = context.config;
  const evidence = `no Fargate profile selects ${namespace}, and there are no nodes`;
  const fix = `eksctl create fargateprofile --cluster ${cluster} --name ${systemProfile} --namespace ${namespace} --region ${region}`;
  return { evidence, problem: { evidence, fix } };
}

/** A cluster of somebody else resolves names in its own way; nothing of it is changed, only its absence is told. */
export async function judgeCoreDns({ kubectl }: Context): Promise<{ evidence: string; problem?: Problem }> {
  const fix = `kubectl --namespace ${namespace} get pods --selector k8s-app=kube-dns, and mend what keeps them from running`;
  const deployment = await kubectl.get('Deployment', 'coredns', namespace);
  const { available, wanted } = deployment ? availability(deployment) : { available: 0, wanted: 0 };
  const evidence = deployment
    ? `CoreDNS: ${available} of ${wanted} pods available`
    : 'the cluster has no CoreDNS';
  return { evidence, ...(available === 0 && { problem: { evidence, fix } }) };
}

/** Whether what the controller and the samples stand on runs: kube-system has a place, and names resolve. */
export async function checkSystemPods(context: Context, cluster: Cluster): Promise<Problem | undefined> {
  // In Auto Mode nodes come when pods do.
  if (!isServing(cluster) || cluster.computeConfig?.enabled) return undefined;
  const { problem } = await judgeSystemCompute(context);
  return problem ?? (await judgeCoreDns(context)).problem;
}
