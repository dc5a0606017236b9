import type { World } from '../../world.ts';
import { type ManagedPolicy, uniqueId } from './state.ts';

/**
 * Policies of AWS that exist in every account, by path and name: those that eksctl's templates attach, and
 * AdministratorAccess. Contents are given only where the rehearsal needs to judge by them.
 */
const policies: Readonly<Record<string, object | undefined>> = {
  '/AdministratorAccess': {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  },
  '/AmazonEKSClusterPolicy': undefined,
  '/AmazonEKSVPCResourceController': undefined,
  '/AmazonEKSServicePolicy': undefined,
  '/AmazonEKSFargatePodExecutionRolePolicy': undefined,
  '/AmazonEKS_CNI_Policy': undefined,
  '/AmazonEKSWorkerNodePolicy': undefined,
  '/AmazonEC2ContainerRegistryReadOnly': undefined,
  '/AmazonSSMManagedInstanceCore': undefined,
};

const created = new Date('2018-05-27T21:07:14Z');

/** The AWS-managed policies of a world's partition, by ARN. */
export function createAwsManagedPolicies(world: World): Map<string, ManagedPolicy> {
  const entries = Object.entries(policies).map(([pathAndName, document]): [string, ManagedPolicy] => {
    const cut = pathAndName.lastIndexOf('/') + 1;
    const arn = `arn:${world.partition}:iam::aws:policy${pathAndName}`;
    const versions = document ? [{ id: 'v1', document: JSON.stringify(document), created }] : [];
    return [
      arn,
      {
        arn,
        name: pathAndName.slice(cut),
        path: pathAndName.slice(0, cut),
        id: uniqueId(world, 'ANPA'),
        created,
        updated: created,
        versions,
        defaultVersion: 'v1',
        lastVersion: 1,
        tags: new Map(),
      },
    ];
  });
  return new Map(entries);
}

/** Whether an ARN names a policy of AWS. */
export const isAwsManaged = (arn: string): boolean => /^arn:[\w-]+:iam::aws:policy\//.test(arn);
