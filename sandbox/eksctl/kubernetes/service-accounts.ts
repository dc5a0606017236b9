import type { ServiceAccount } from '../config/types.ts';
import { accountName } from '../config/types.ts';
import { messageOf, wrap } from '../failure.ts';
import type { Logger } from '../log.ts';
import { ApiFailure, type Kubernetes, type KubernetesObject } from './client.ts';

const managedByLabel = 'app.kubernetes.io/managed-by';
/** The annotation that gives a service account its role. */
const roleAnnotation = 'eks.amazonaws.com/role-arn';

type Account = Pick<ServiceAccount, 'metadata'>;
type StringMap = Readonly<Record<string, string>>;

const pathOf = ({ metadata }: Account): string =>
  `/api/v1/namespaces/${metadata.namespace}/serviceaccounts/${metadata.name}`;

/** The service account as it is, or undefined. */
export async function findServiceAccount(
  kubernetes: Kubernetes,
  account: Account,
): Promise<KubernetesObject | undefined> {
  try {
    return await kubernetes.find(pathOf(account));
  } catch (error) {
    throw wrap(`checking whether serviceaccount "${accountName(account)}" exists`, error);
  }
}

async function ensureNamespace(kubernetes: Kubernetes, name: string, log: Logger): Promise<void> {
  let namespace: KubernetesObject | undefined;
  try {
    namespace = await kubernetes.find(`/api/v1/namespaces/${name}`);
  } catch (error) {
    throw wrap(`checking whether namespace "${name}" exists`, error);
  }
  if (namespace !== undefined) return;
  try {
    await kubernetes.request('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
    log.info(`created namespace "${name}"`);
  } catch (error) {
    if (!(error instanceof ApiFailure && error.status === 409)) throw error;
    log.debug(`ignoring failed creation of existing namespace "${name}"`);
  }
}

const differs = (wanted: StringMap, present: StringMap): boolean =>
  Object.entries(wanted).some(([key, value]) => present[key] !== value);

async function createOrAnnotate(
  kubernetes: Kubernetes,
  account: Account,
  roleArn: string,
  log: Logger,
): Promise<void> {
  const name = accountName(account);
  const { metadata } = account;
  const annotations = { ...metadata.annotations, [roleAnnotation]: roleArn };
  const labels = { ...metadata.labels, [managedByLabel]: 'eksctl' };
  await ensureNamespace(kubernetes, metadata.namespace, log);
  if ((await findServiceAccount(kubernetes, account)) === undefined) {
    await kubernetes.request('POST', `/api/v1/namespaces/${metadata.namespace}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: metadata.name, namespace: metadata.namespace, labels, annotations },
    });
    log.info(`created serviceaccount "${name}"`);
    return;
  }
  log.info(`serviceaccount "${name}" already exists`);
  const current = await kubernetes.request('GET', pathOf(account));
  const present = { annotations: current.metadata.annotations ?? {}, labels: current.metadata.labels ?? {} };
  if (!differs(annotations, present.annotations) && !differs(labels, present.labels)) {
    log.info(`serviceaccount "${name}" is already up-to-date`);
    return;
  }
  await kubernetes.request('PUT', pathOf(account), {
    ...current,
    metadata: {
      ...current.metadata,
      annotations: { ...present.annotations, ...annotations },
      labels: { ...present.labels, ...labels },
    },
  });
  log.info(`updated serviceaccount "${name}"`);
}

/** Creates the service account (and its namespace) or adds the role to it (transcripts/eksctl/d1, d17, d18). */
export async function putServiceAccount(
  kubernetes: Kubernetes,
  account: Account,
  roleArn: string,
  log: Logger,
): Promise<void> {
  try {
    await createOrAnnotate(kubernetes, account, roleArn, log);
  } catch (error) {
    throw wrap(`failed to create service account ${accountName(account)}`, messageOf(error));
  }
}

/** Deletes the service account when eksctl's label is on it (transcripts/eksctl/d5, h8). */
export async function deleteServiceAccount(
  kubernetes: Kubernetes,
  account: Account,
  log: Logger,
): Promise<void> {
  const name = accountName(account);
  const current = await findServiceAccount(kubernetes, account);
  if (current === undefined) return log.info(`serviceaccount "${name}" was already deleted`);
  if (current.metadata.labels?.[managedByLabel] !== 'eksctl')
    return log.info(`serviceaccount "${name}" was not created by eksctl; will not be deleted`);
  await kubernetes.request('DELETE', pathOf(account));
  log.info(`deleted serviceaccount "${name}"`);
}
