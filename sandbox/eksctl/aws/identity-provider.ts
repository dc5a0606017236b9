import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import { Failure, wrap } from '../failure.ts';
import { issuerThumbprint } from '../issuer.ts';
import type { Session } from '../session.ts';
import type { IdentityProvider } from '../templates/account-role.ts';
import { release } from '../version.ts';
import type { ExistingCluster } from './cluster.ts';
import { isNotFound } from './errors.ts';
import { stackTags } from './stacks.ts';

/** The IAM side of a cluster's issuer. */
export interface OidcManager extends IdentityProvider {
  exists(): Promise<boolean>;
  /** Looks at the issuer's certificate over TLS and makes the provider. */
  create(): Promise<void>;
  delete(): Promise<void>;
}

/** Makes the manager of a cluster's identity provider. Throws Failure when the cluster has no issuer. */
export function createOidcManager(session: Session, target: ExistingCluster): OidcManager {
  const { cluster, clients, partition } = target;
  const issuer = cluster.identity?.oidc?.issuer;
  if (issuer === undefined) throw new Failure('unknown OIDC issuer URL');
  const url = new URL(issuer);
  const hostAndPath = `${url.hostname}${url.pathname}`;
  const account = cluster.arn?.split(':')[4] ?? target.account;
  const arn = `arn:${partition}:iam::${account}:oidc-provider/${hostAndPath}`;
  // The port stays in the URL that IAM gets; IAM drops it from the ARN (facts/eksctl.md §5).
  const urlWithPort = `https://${url.hostname}:${url.port || '443'}${url.pathname}`;
  return {
    arn,
    hostAndPath,
    exists: () =>
      clients.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })).then(
        () => true,
        (error: unknown) => {
          if (isNotFound(error)) return false;
          throw error;
        },
      ),
    async create() {
      const thumbprint = await issuerThumbprint(urlWithPort, session.environment);
      await clients.iam
        .send(
          new CreateOpenIDConnectProviderCommand({
            ClientIDList: ['sts.amazonaws.com'],
            Tags: [
              { Key: stackTags.clusterName, Value: cluster.name ?? '' },
              { Key: stackTags.version, Value: release },
            ],
            ThumbprintList: [thumbprint],
            Url: urlWithPort,
          }),
        )
        .catch((error: unknown) => {
          throw wrap('creating OIDC provider', error);
        });
    },
    async delete() {
      await clients.iam
        .send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
        .catch((error: unknown) => {
          throw wrap('deleting OIDC provider', error);
        });
    },
  };
}
