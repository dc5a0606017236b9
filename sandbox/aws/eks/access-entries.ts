import type {
  AccessEntry,
  AssociateAccessPolicyRequest,
  AssociateAccessPolicyResponse,
  AssociatedAccessPolicy,
  CreateAccessEntryRequest,
  CreateAccessEntryResponse,
  DeleteAccessEntryRequest,
  DescribeAccessEntryRequest,
  DescribeAccessEntryResponse,
  DisassociateAccessPolicyRequest,
  ListAccessEntriesRequest,
  ListAccessEntriesResponse,
  ListAssociatedAccessPoliciesRequest,
  ListAssociatedAccessPoliciesResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { paginate } from '../paginate.ts';
import { type Handler, NotEmulated } from '../service.ts';
import { addAccessEntry, clusterAdminPolicy, hasAccessEntries } from './access.ts';
import { checkTags } from './cluster-request.ts';
import { inUse, invalidParameter, invalidRequest, notFound } from './errors.ts';
import type { AccessEntryRecord, ClusterRecord, EksContext } from './state.ts';

const types = ['STANDARD', 'FARGATE_LINUX'];

function description(cluster: ClusterRecord, entry: AccessEntryRecord): AccessEntry {
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    kubernetesGroups: [...entry.groups],
    accessEntryArn: entry.arn,
    createdAt: entry.createdAt,
    modifiedAt: entry.modifiedAt,
    tags: { ...entry.tags },
    username: entry.username,
    type: entry.type,
  };
}

function associations(entry: AccessEntryRecord): AssociatedAccessPolicy[] {
  return [...entry.policies].map(([policyArn, times]) => ({
    policyArn,
    accessScope: { type: 'cluster', namespaces: [] },
    ...times,
  }));
}

/** The access entry operations. Of the access policies only cluster-admin, for the whole cluster, is emulated. */
export function accessEntryHandlers(eks: EksContext): Record<string, Handler> {
  const { world } = eks;
  const open = (region: string, name: string | undefined): ClusterRecord => {
    const cluster = eks.cluster(region, name);
    if (hasAccessEntries(cluster)) return cluster;
    throw invalidRequest(
      `The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.`,
    );
  };
  const entryOf = (cluster: ClusterRecord, principalArn = ''): AccessEntryRecord => {
    const entry = cluster.accessEntries.get(principalArn);
    if (entry) return entry;
    throw notFound(
      `The specified principalArn could not be found. You can view your cluster's access entries with 'list-access-entries'.`,
    );
  };
  return {
    CreateAccessEntry: operation<CreateAccessEntryRequest>(
      ['clusterName', 'principalArn', 'kubernetesGroups', 'tags', 'clientRequestToken', 'username', 'type'],
      (input, call): CreateAccessEntryResponse => {
        const cluster = open(call.region, input.clusterName);
        const { principalArn = '', type = 'STANDARD', username, kubernetesGroups: groups, tags } = input;
        if (!/^arn:[^:]+:iam::\d{12}:(user|role|root)/.test(principalArn)) {
          throw invalidParameter('The principalArn parameter format is not valid');
        }
        if (!types.includes(type)) throw new NotEmulated(`access entries of type ${type}`);
        const reserved = groups?.find((group) => group.startsWith('system:'));
        if (reserved)
          throw invalidParameter(
            `The kubernetes group name ${reserved} is invalid, it cannot start with system:`,
          );
        if (cluster.accessEntries.has(principalArn)) {
          throw inUse('The specified access entry resource is already in use on this cluster.');
        }
        checkTags(tags, call.principal.kind === 'service');
        const entry = addAccessEntry(eks, cluster, { principalArn, type, username, groups }, { ...tags });
        return { accessEntry: description(cluster, entry) };
      },
    ),
    DescribeAccessEntry: operation<DescribeAccessEntryRequest>(
      ['clusterName', 'principalArn'],
      (input, call): DescribeAccessEntryResponse => {
        const cluster = open(call.region, input.clusterName);
        return { accessEntry: description(cluster, entryOf(cluster, input.principalArn)) };
      },
    ),
    ListAccessEntries: operation<ListAccessEntriesRequest>(
      ['clusterName', 'associatedPolicyArn', 'maxResults', 'nextToken'],
      (input, call): ListAccessEntriesResponse => {
        const { associatedPolicyArn: policy } = input;
        const arns = [...open(call.region, input.clusterName).accessEntries.values()]
          .filter(({ policies }) => policy === undefined || policies.has(policy))
          .map(({ principalArn }) => principalArn);
        const { items, nextToken } = paginate(world, arns, {
          token: input.nextToken,
          limit: input.maxResults,
        });
        return { accessEntries: items, nextToken };
      },
    ),
    DeleteAccessEntry: operation<DeleteAccessEntryRequest>(['clusterName', 'principalArn'], (input, call) => {
      const cluster = open(call.region, input.clusterName);
      cluster.accessEntries.delete(entryOf(cluster, input.principalArn).principalArn);
      return {};
    }),
    AssociateAccessPolicy: operation<AssociateAccessPolicyRequest>(
      ['clusterName', 'principalArn', 'policyArn', 'accessScope'],
      (input, call): AssociateAccessPolicyResponse => {
        const cluster = open(call.region, input.clusterName);
        const entry = entryOf(cluster, input.principalArn);
        const { policyArn = '', accessScope } = input;
        if (policyArn !== clusterAdminPolicy(world.partition) || accessScope?.type !== 'cluster') {
          throw new NotEmulated(`the access policy ${policyArn} with scope ${accessScope?.type}`);
        }
        const now = world.clock.now();
        const associatedAt = entry.policies.get(policyArn)?.associatedAt ?? now;
        entry.policies.set(policyArn, { associatedAt, modifiedAt: now });
        const associatedAccessPolicy = associations(entry).find((one) => one.policyArn === policyArn);
        return { clusterName: cluster.name, principalArn: entry.principalArn, associatedAccessPolicy };
      },
    ),
    DisassociateAccessPolicy: operation<DisassociateAccessPolicyRequest>(
      ['clusterName', 'principalArn', 'policyArn'],
      (input, call) => {
        const { policies } = entryOf(open(call.region, input.clusterName), input.principalArn);
        if (!policies.delete(input.policyArn ?? ''))
          throw notFound('The specified policyArn could not be found.');
        return {};
      },
    ),
    ListAssociatedAccessPolicies: operation<ListAssociatedAccessPoliciesRequest>(
      ['clusterName', 'principalArn', 'maxResults', 'nextToken'],
      (input, call): ListAssociatedAccessPoliciesResponse => {
        const cluster = open(call.region, input.clusterName);
        const entry = entryOf(cluster, input.principalArn);
        const page = { token: input.nextToken, limit: input.maxResults };
        const { items, nextToken } = paginate(world, associations(entry), page);
        return {
          clusterName: cluster.name,
          principalArn: entry.principalArn,
          associatedAccessPolicies: items,
          nextToken,
        };
      },
    ),
  };
}
