import type {
  CreatePodIdentityAssociationRequest,
  CreatePodIdentityAssociationResponse,
  DeletePodIdentityAssociationRequest,
  ListPodIdentityAssociationsRequest,
  ListPodIdentityAssociationsResponse,
  PodIdentityAssociation,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import type { Handler } from '../service.ts';
import { inUse, notFound } from './errors.ts';
import type { EksContext } from './state.ts';

/** An association as the lists of the EKS API reference show it. */
export type PodIdentityRecord = Required<
  Pick<
    PodIdentityAssociation,
    'clusterName' | 'namespace' | 'serviceAccount' | 'associationArn' | 'associationId' | 'roleArn'
  >
>;

const summary = ({ roleArn, ...rest }: PodIdentityRecord) => rest;

/**
 * Pod Identity associations, as far as nobody uses them: they are kept and told. On Fargate no pod gets credentials by
 * them (EKS User Guide, "Learn how EKS Pod Identity grants Pods access to AWS services", considerations), and every node
 * here is Fargate's.
 */
export function podIdentityHandlers(eks: EksContext): Record<string, Handler> {
  const { partition, account, random } = eks.world;
  return {
    CreatePodIdentityAssociation: operation<CreatePodIdentityAssociationRequest>(
      ['clusterName', 'namespace', 'serviceAccount', 'roleArn', 'clientRequestToken'],
      (input, { region }): CreatePodIdentityAssociationResponse => {
        const cluster = eks.cluster(region, input.clusterName);
        const { namespace = '', serviceAccount = '', roleArn = '' } = input;
        const taken = [...cluster.podIdentities.values()].some(
          (one) => one.namespace === namespace && one.serviceAccount === serviceAccount,
        );
        if (taken) throw inUse(`Association already exists: ${namespace}/${serviceAccount}`);
        const associationId = `a-${random.hex(17)}`;
        const association: PodIdentityRecord = {
          clusterName: cluster.name,
          namespace,
          serviceAccount,
          roleArn,
          associationId,
          associationArn: `arn:${partition}:eks:${region}:${account}:podidentityassociation/${cluster.name}/${associationId}`,
        };
        cluster.podIdentities.set(associationId, association);
        return { association };
      },
    ),
    ListPodIdentityAssociations: operation<ListPodIdentityAssociationsRequest>(
      ['clusterName', 'namespace', 'serviceAccount', 'maxResults', 'nextToken'],
      (input, { region }): ListPodIdentityAssociationsResponse => {
        const cluster = eks.cluster(region, input.clusterName);
        const found = [...cluster.podIdentities.values()].filter(
          (one) =>
            one.namespace === (input.namespace ?? one.namespace) &&
            one.serviceAccount === (input.serviceAccount ?? one.serviceAccount),
        );
        return { associations: found.map(summary) };
      },
    ),
    DeletePodIdentityAssociation: operation<DeletePodIdentityAssociationRequest>(
      ['clusterName', 'associationId'],
      (input, { region }) => {
        const cluster = eks.cluster(region, input.clusterName);
        const association = cluster.podIdentities.get(input.associationId ?? '');
        if (!association) throw notFound(`No association found for id: ${input.associationId}`);
        cluster.podIdentities.delete(association.associationId);
        return { association };
      },
    ),
  };
}
