import { describeCluster, ownsCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { explain } from '../errors/explain.ts';
import { explainReason } from '../errors/reasons.ts';
import { unprotectCluster } from '../protection.ts';
import { nameOf } from '../steps/served-objects.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import { ToolError } from '../tools/tool.ts';
import type { Diagnosis } from './diagnosis.ts';
import { objectsOf } from './objects.ts';

/** Asked before everything else that needs it. */
export const apiDiagnosis: Diagnosis = {
  id: 'api-access',
  title: "the cluster's API cannot be used",
  inCluster: true,
  async look(context) {
    try {
      await context.kubectl.list('namespaces');
      return [];
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      const { what, why, fix } = explain(error);
      return [{ evidence: why ?? what, what, fix: /access entry/.test(fix) ? await entry(context) : fix }];
    }
  },
};

/** The identity as EKS wants it in an access entry: of a session, its role. */
async function entry({ aws, config }: Context): Promise<string> {
  const { arn, partition } = await aws.identity();
  const principal = arn.replace(/:sts::(\d+):assumed-role\/([^/]+)\/.*/, ':iam::$1:role/$2');
  const { cluster, region } = config;
  return `use the identity that made the cluster, or have that one run: aws eks create-access-entry --cluster-name ${cluster} --principal-arn ${principal} --region ${region} && aws eks associate-access-policy --cluster-name ${cluster} --principal-arn ${principal} --policy-arn arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --access-scope type=cluster --region ${region}`;
}

/** A nobody's API keeps every namespace from being deleted: the cluster cannot list what is in it. */
const unavailableApis: Diagnosis = {
  id: 'unavailable-apis',
  title: 'the cluster has an API that nobody serves, and until it has not, no namespace can be deleted',
  inCluster: true,
  async look(context) {
    const services = await objectsOf(context, 'APIService');
    return services
      .map((api) => ({ api, condition: conditionOf(api, 'Available') }))
      .filter(({ condition }) => condition?.status === 'False')
      .map(({ api, condition }) => ({
        evidence: `${nameOf(api)}: ${condition?.message}`,
        fix: `kubectl delete apiservice ${api.metadata.name}, unless what serves it can be made to run`,
        // Only where there is nothing left that could serve it; a sick server may become well.
        ...(condition?.reason === 'ServiceNotFound' && {
          fix: `kubectl delete apiservice ${api.metadata.name}`,
          cure: { run: ({ kubectl }: Context) => kubectl.delete('apiservice', api.metadata.name) },
        }),
      }));
  },
};

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

const conditionOf = ({ status }: KubeObject, wanted: string): Condition | undefined =>
  status?.conditions?.find(({ type }: Condition) => type === wanted);

/** What a namespace says that does not go; without such conditions it is on its way. */
const stuckNamespaces: Diagnosis = {
  id: 'stuck-namespaces',
  title: 'a namespace that is being deleted does not go',
  inCluster: true,
  symptom: true,
  async look(context) {
    const namespaces = (await objectsOf(context, 'Namespace')).filter(
      ({ metadata }) => metadata.deletionTimestamp,
    );
    return namespaces.flatMap((namespace) => {
      const conditions: Condition[] = namespace.status?.conditions ?? [];
      const telling = conditions.filter(({ status, type }) => status === 'True' && /^Namespace/.test(type));
      if (telling.length === 0) return [];
      const text = telling.map(({ message }) => message).join('; ');
      const reason = explainReason(text);
      const look = `kubectl get namespace ${namespace.metadata.name} --output yaml, and delete what it says is left`;
      return [{ evidence: `${nameOf(namespace)}: ${text}`, what: reason?.what, fix: reason?.fix ?? look }];
    });
  },
};

/** Found out before a teardown has begun. A cluster of somebody else is never deleted. */
const protectedCluster: Diagnosis = {
  id: 'deletion-protection',
  title: 'the cluster is protected from deletion, so teardown cannot end',
  async look(context) {
    const cluster = await describeCluster(context);
    if (!cluster?.deletionProtection || !(await ownsCluster(context))) return [];
    return [
      {
        evidence: `EKS says deletionProtection of ${cluster.name}`,
        fix: `${unprotectCluster(context.config)}, when it may be deleted`,
      },
    ];
  },
};

/** What EKS itself finds wrong with the cluster (EKS API reference, ClusterIssue). */
const health: Diagnosis = {
  id: 'cluster-health',
  title: 'EKS finds something wrong with the cluster',
  async look(context) {
    const cluster = await describeCluster(context);
    return (cluster?.health?.issues ?? []).map(({ code, message, resourceIds = [] }) => ({
      evidence: [code, message, ...resourceIds].filter(Boolean).join(': '),
      fix: 'make again what is missing, or give back what was taken from the cluster role: https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html',
    }));
  },
};

/** What can be wrong with the cluster as such. */
export const clusterDiagnoses: readonly Diagnosis[] = [health, unavailableApis];

/** What only shows when something is to be deleted. */
export const deletionDiagnoses: readonly Diagnosis[] = [stuckNamespaces, protectedCluster];
