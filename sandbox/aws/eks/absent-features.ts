import type {
  ListCapabilitiesResponse,
  ListIdentityProviderConfigsResponse,
  ListInsightsResponse,
  ListNodegroupsResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import type { Handler } from '../service.ts';
import { notFound } from './errors.ts';
import type { EksContext } from './state.ts';

/**
 * Lists of what no emulated cluster has: node groups, identity providers, capabilities, insights.
 * Making any of them is answered 501.
 */
export function absentFeatureHandlers(eks: EksContext): Record<string, Handler> {
  const empty = <Output extends object>(answer: Output): Handler =>
    operation<{ clusterName?: string; maxResults?: number; nextToken?: string }>(
      ['clusterName', 'maxResults', 'nextToken'],
      (input, call) => {
        eks.cluster(call.region, input.clusterName);
        return answer;
      },
    );
  return {
    ListNodegroups: empty<ListNodegroupsResponse>({ nodegroups: [] }),
    ListIdentityProviderConfigs: empty<ListIdentityProviderConfigsResponse>({ identityProviderConfigs: [] }),
    ListCapabilities: empty<ListCapabilitiesResponse>({ capabilities: [] }),
    ListInsights: empty<ListInsightsResponse>({ insights: [] }),
    DescribeNodegroup: operation<{ clusterName?: string; nodegroupName?: string }>(
      ['clusterName', 'nodegroupName'],
      (input, call) => {
        eks.cluster(call.region, input.clusterName);
        throw notFound(`No node group found for name: ${input.nodegroupName}.`);
      },
    ),
  };
}
