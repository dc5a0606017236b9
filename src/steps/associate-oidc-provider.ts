import {
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
  type Tag,
  TagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import { orAbsent } from '../aws/absent.ts';
import { describeCluster, ownsCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { isOurs, markTags } from '../ownership.ts';
import { writeClusterConfig } from './cluster-config.ts';
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
  deadline: 300,
  async check(context) {
    const provider = await findProvider(context);
    if (!provider) return state.absent('no OIDC provider');
    if (!provider.audiences.includes(stsAudience)) {
      return state.inTheWay(
        `${provider.arn} lacks the audience ${stsAudience}`,
        `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${provider.arn} --client-id ${stsAudience}`,
      );
    }
    if (isOurs(context.config, provider.tags)) return state.ready(provider.host);
    // A provider belongs to one cluster: in our cluster it is ours, marked yet or not.
    if (await ownsCluster(context)) return state.drifted('the OIDC provider does not carry our mark');
    return state.adopted(provider.host);
  },
  async apply(context, found) {
    if (found.status === 'absent')
      await context.eksctl.associateOidcProvider(await writeClusterConfig(context));
    context.reads.clear();
    const provider = await findProvider(context);
    if (!provider) return;
    await context.aws.iam.send(
      new TagOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: provider.arn,
        Tags: markTags(context.config),
      }),
    );
  },
  async remove({ aws, ...context }) {
    const provider = await findProvider({ aws, ...context });
    if (!provider) return;
    await aws.iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: provider.arn }));
  },
};

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
