import type {
  AddClientIDToOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersResponse,
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse,
  TagOpenIDConnectProviderRequest,
  UntagOpenIDConnectProviderRequest,
} from '@aws-sdk/client-iam';
import type { World } from '../../world.ts';
import { AwsError, type Given, type Handler } from '../service.ts';
import { page } from './page.ts';
import { type IamContext, iamArn, isVisible, noSuchEntity, type OidcProvider } from './state.ts';
import { addTags, tagList, withTags } from './tags.ts';

/** OpenID Connect providers of an account (facts/pitfalls.md P7). */
export const maxProviders = 100;
const thumbprintLength = 40;

/** An issuer as IAM keeps it: without scheme, the default port and a trailing slash (facts/eksctl.md §5). */
export const issuerKey = (url: string): string =>
  url
    .replace(/^https:\/\//, '')
    .replace(/^([^/]+):443(?=\/|$)/, '$1')
    .replace(/\/$/, '');

/** The ARN of the provider for an issuer, whether it exists or not. */
export const providerArn = (world: World, issuer: string): string =>
  iamArn(world, `oidc-provider/${issuerKey(issuer)}`);

/** The handlers of OpenID Connect providers. */
export function createOidcHandlers(context: IamContext): Record<string, Handler> {
  const { world, state } = context;

  const find = (arn: string): OidcProvider => {
    const provider = state.providers.get(arn);
    if (!provider || !isVisible(world, provider))
      throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
    return provider;
  };

  return {
    CreateOpenIDConnectProvider(
      input: Given<CreateOpenIDConnectProviderRequest>,
    ): CreateOpenIDConnectProviderResponse {
      const { Url: url, ClientIDList: clientIds = [], ThumbprintList: thumbprints = [] } = input;
      if (!/^https:\/\/[^/\s]+(\/\S*)?$/.test(url))
        throw new AwsError('ValidationError', 'Invalid Open ID Connect Provider URL');
      if (thumbprints.some((thumbprint) => thumbprint.length !== thumbprintLength))
        throw new AwsError('InvalidInput', 'Thumbprint must be 40 characters long.');
      const arn = providerArn(world, url);
      if (state.providers.has(arn))
        throw new AwsError('EntityAlreadyExists', `Provider with url ${url} already exists.`, 409);
      if (state.providers.size >= maxProviders)
        throw new AwsError(
          'LimitExceeded',
          `Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${maxProviders}`,
          409,
        );
      const tags = withTags(new Map(), input.Tags);
      state.providers.set(arn, {
        arn,
        url: issuerKey(url),
        clientIds: new Set(clientIds),
        thumbprints: [...thumbprints],
        created: world.clock.now(),
        tags,
      });
      return { OpenIDConnectProviderArn: arn, Tags: tagList(tags) };
    },

    GetOpenIDConnectProvider(
      input: Given<GetOpenIDConnectProviderRequest>,
    ): GetOpenIDConnectProviderResponse {
      const provider = find(input.OpenIDConnectProviderArn);
      return {
        Url: provider.url,
        ClientIDList: [...provider.clientIds],
        ThumbprintList: provider.thumbprints,
        CreateDate: provider.created,
        Tags: tagList(provider.tags),
      };
    },

    ListOpenIDConnectProviders(): ListOpenIDConnectProvidersResponse {
      const providers = [...state.providers.values()].filter((provider) => isVisible(world, provider));
      return { OpenIDConnectProviderList: providers.map(({ arn }) => ({ Arn: arn })) };
    },

    /** Idempotent, as its API reference page says. */
    DeleteOpenIDConnectProvider({
      OpenIDConnectProviderArn,
    }: Given<DeleteOpenIDConnectProviderRequest>): object {
      state.providers.delete(OpenIDConnectProviderArn);
      return {};
    },

    AddClientIDToOpenIDConnectProvider(input: Given<AddClientIDToOpenIDConnectProviderRequest>): object {
      find(input.OpenIDConnectProviderArn).clientIds.add(input.ClientID);
      return {};
    },

    ListOpenIDConnectProviderTags(
      input: Given<ListOpenIDConnectProviderTagsRequest>,
    ): ListOpenIDConnectProviderTagsResponse {
      const { shown, truncation } = page(world, tagList(find(input.OpenIDConnectProviderArn).tags), input);
      return { Tags: shown, ...truncation };
    },

    TagOpenIDConnectProvider(input: Given<TagOpenIDConnectProviderRequest>): object {
      addTags(find(input.OpenIDConnectProviderArn).tags, input.Tags);
      return {};
    },

    UntagOpenIDConnectProvider(input: Given<UntagOpenIDConnectProviderRequest>): object {
      const { tags } = find(input.OpenIDConnectProviderArn);
      for (const key of input.TagKeys) tags.delete(key);
      return {};
    },
  };
}
