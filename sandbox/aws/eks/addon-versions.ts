import type {
  AddonInfo,
  DescribeAddonConfigurationRequest,
  DescribeAddonConfigurationResponse,
  DescribeAddonVersionsRequest,
  DescribeAddonVersionsResponse,
} from '@aws-sdk/client-eks';
import type { World } from '../../world.ts';
import { operation } from '../operation.ts';
import { paginate } from '../paginate.ts';
import type { Handler } from '../service.ts';
import { type AddonDefinition, addonCatalogue, findAddon } from './addon-catalogue.ts';
import { invalidParameter, notFound } from './errors.ts';
import { offeredVersions } from './versions.ts';

function information(addon: AddonDefinition, kubernetes: readonly string[]): AddonInfo {
  const pairs = kubernetes.flatMap((clusterVersion) =>
    addon
      .versions(clusterVersion)
      .map((version, index) => ({ clusterVersion, version, isDefault: index === 0 })),
  );
  const versions = [...new Set(pairs.map(({ version }) => version))];
  return {
    addonName: addon.name,
    type: addon.type,
    publisher: addon.publisher,
    owner: 'aws',
    defaultNamespace: 'kube-system',
    addonVersions: versions.map((addonVersion) => ({
      addonVersion,
      architecture: ['amd64', 'arm64'],
      computeTypes: [...addon.computeTypes],
      compatibilities: pairs
        .filter(({ version }) => version === addonVersion)
        .map(({ clusterVersion, isDefault }) => ({
          clusterVersion,
          platformVersions: ['*'],
          defaultVersion: isDefault,
        })),
      requiresConfiguration: false,
      requiresIamPermissions: addon.permissions !== undefined,
    })),
  };
}

function isWanted(addon: AddonDefinition, input: DescribeAddonVersionsRequest): boolean {
  const among = (wanted: readonly string[] | undefined, value: string) =>
    !wanted || wanted.length === 0 || wanted.includes(value);
  if (input.addonName !== undefined && input.addonName !== addon.name) return false;
  return (
    among(input.types, addon.type) && among(input.publishers, addon.publisher) && among(input.owners, 'aws')
  );
}

const configurationSchema = (addon: AddonDefinition): string =>
  JSON.stringify({
    $schema: 'http://json-schema.org/draft-06/schema#',
    type: 'object',
    additionalProperties: false,
    properties: addon.configuration,
  });

/** DescribeAddonVersions and DescribeAddonConfiguration. */
export function addonVersionHandlers(world: World): Record<string, Handler> {
  return {
    DescribeAddonVersions: operation<DescribeAddonVersionsRequest>(
      ['kubernetesVersion', 'maxResults', 'nextToken', 'addonName', 'types', 'publishers', 'owners'],
      (input): DescribeAddonVersionsResponse => {
        if (input.addonName !== undefined && !findAddon(input.addonName)) {
          throw invalidParameter('Addon specified is not supported');
        }
        const { kubernetesVersion } = input;
        const offered = offeredVersions();
        const kubernetes = kubernetesVersion ? offered.filter((one) => one === kubernetesVersion) : offered;
        const found = addonCatalogue
          .filter((addon) => isWanted(addon, input))
          .map((addon) => information(addon, kubernetes));
        const page = { token: input.nextToken, limit: input.maxResults };
        const { items, nextToken } = paginate(world, found, page);
        return { addons: items, nextToken };
      },
    ),
    DescribeAddonConfiguration: operation<DescribeAddonConfigurationRequest>(
      ['addonName', 'addonVersion'],
      (input): DescribeAddonConfigurationResponse => {
        const { addonName, addonVersion = '' } = input;
        const addon = findAddon(addonName);
        if (
          !addon ||
          !offeredVersions().some((kubernetes) => addon.versions(kubernetes).includes(addonVersion))
        ) {
          throw notFound(`No addon configuration found for ${addonName} version ${addonVersion}`);
        }
        const { permissions } = addon;
        const recommendedManagedPolicies = permissions?.policies.map(
          (policy) => `arn:${world.partition}:iam::aws:policy/${policy}`,
        );
        return {
          addonName,
          addonVersion,
          configurationSchema: configurationSchema(addon),
          podIdentityConfiguration: permissions
            ? [{ serviceAccount: permissions.serviceAccount, recommendedManagedPolicies }]
            : [],
        };
      },
    ),
  };
}
