import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
  paginateListRoles,
  type Tag,
  TagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import { orAbsent } from '../aws/absent.ts';
import { adoptedCluster, describeCluster, ownsCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors/user-error.ts';
import { isOurs, markKey, markTags } from '../ownership.ts';
import { type Step, state } from './step.ts';

/** The audience of ServiceAccount tokens that are exchanged for role credentials. */
export const stsAudience = 'sts.amazonaws.com';

/** Step 2 of the walkthrough: IAM trusts the tokens of the cluster's ServiceAccounts. */
export const associateOidcProvider: Step = {
  id: 'oidc-provider',
  title: 'Associate the IAM OIDC provider',
  subject: 'IAM OIDC provider',
  command: 'cluster',
  needs: ['cluster'],
  comesWith: {
    step: 'cluster',
    afterwards:
      '# then aws iam tag-open-id-connect-provider, with our mark: its ARN is known when the cluster is',
  },
  deadline: 300,
  async check(context) {
    const provider = await findProvider(context);
    if (!provider) return state.absent('no OIDC provider');
    const lacking = provider.audiences.includes(stsAudience)
      ? undefined
      : `lacks the audience ${stsAudience}`;
    const marked = isOurs(context.config, provider.tags);
    // A provider belongs to one cluster: in our cluster it is ours, marked yet or not.
    if (marked || (await ownsCluster(context))) {
      if (lacking) return state.drifted(`the OIDC provider ${lacking}`);
      return marked ? state.ready(provider.host) : state.drifted('the OIDC provider does not carry our mark');
    }
    if (lacking) {
      return state.inTheWay(
        `${provider.arn} ${lacking}`,
        `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${provider.arn} --client-id ${stsAudience}`,
      );
    }
    return state.adopted(provider.host);
  },
  async apply(context, found) {
    if (found.status === 'absent') return createProvider(context);
    const provider = await findProvider(context);
    if (!provider) return;
    const { iam } = context.aws;
    const OpenIDConnectProviderArn = provider.arn;
    if (!provider.audiences.includes(stsAudience)) {
      await iam.send(
        new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID: stsAudience }),
      );
    }
    await iam.send(
      new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags: markTags(context.config) }),
    );
  },
  async remove(context) {
    const provider = await findProvider(context);
    if (!provider) return;
    if (!isOurs(context.config, provider.tags) && !(await ownsCluster(context))) return;
    if (await adoptedCluster(context)) await refuseWhileTrusted(context, provider);
    await context.aws.iam.send(
      new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: provider.arn }),
    );
  },
};

/**
 * Creates the provider with our mark from the first moment. Not by eksctl, which would also tag the cluster, and that
 * may not be ours. IAM gets the thumbprint by itself (IAM API reference, CreateOpenIDConnectProvider).
 */
async function createProvider(context: Context): Promise<void> {
  const cluster = await describeCluster(context);
  await context.aws.iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: cluster?.identity?.oidc?.issuer,
      ClientIDList: [stsAudience],
      Tags: markTags(context.config),
    }),
  );
}

/** Others may have come to use the provider since: without it their roles cannot be assumed. */
async function refuseWhileTrusted({ aws, config }: Context, provider: Provider): Promise<void> {
  const others: string[] = [];
  for await (const page of paginateListRoles({ client: aws.iam }, {})) {
    for (const { RoleName = '', AssumeRolePolicyDocument = '' } of page.Roles ?? []) {
      if (decodeURIComponent(AssumeRolePolicyDocument).includes(provider.arn)) others.push(RoleName);
    }
  }
  if (others.length === 0) return;
  throw new UserError({
    what: 'the OIDC provider is kept: roles of others trust it',
    why: others.join(', '),
    fix: `delete these roles or leave the provider to them (aws iam untag-open-id-connect-provider --open-id-connect-provider-arn ${provider.arn} --tag-keys ${markKey}), then lbc-setup teardown --cluster ${config.cluster} once more`,
  });
}

interface Provider {
  readonly arn: string;
  /** `oidc.eks.REGION.amazonaws.com/id/…` */
  readonly host: string;
  readonly audiences: readonly string[];
  readonly tags: readonly Tag[];
}

/** The provider of the cluster's issuer; without a cluster, one of this region that carries our mark. */
export async function findProvider(context: Context): Promise<Provider | undefined> {
  const cluster = await describeCluster(context);
  const issuer = cluster?.identity?.oidc?.issuer?.replace('https://', '');
  const { account, partition } = await context.aws.identity();
  if (issuer) return getProvider(context, `arn:${partition}:iam::${account}:oidc-provider/${issuer}`);
  const { OpenIDConnectProviderList = [] } = await context.aws.iam.send(
    new ListOpenIDConnectProvidersCommand({}),
  );
  for (const { Arn = '' } of OpenIDConnectProviderList) {
    if (!Arn.includes(`/oidc.eks.${context.config.region}.`)) continue;
    const provider = await getProvider(context, Arn);
    if (isOurs(context.config, provider?.tags)) return provider;
  }
  return undefined;
}

async function getProvider({ aws }: Context, arn: string): Promise<Provider | undefined> {
  const answer = await orAbsent(
    aws.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
    'NoSuchEntityException',
  );
  if (!answer) return undefined;
  const host = arn.split('oidc-provider/')[1] ?? arn;
  return { arn, host, audiences: answer.ClientIDList ?? [], tags: answer.Tags ?? [] };
}
