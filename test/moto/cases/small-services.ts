import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateAddonCommand,
  DeleteAddonCommand,
  DeleteClusterCommand,
  DeleteFargateProfileCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  ListAddonsCommand,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import {
  GetResourcesCommand,
  type GetResourcesCommandInput,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { type Case, type CaseTable, refused, until } from '../case.ts';
import type { Aws } from '../clients.ts';
import { makeSubnet, makeVpc } from './ec2-network.ts';
import { makeGroup } from './ec2-security-groups.ts';
import { makeBalancer, makeNetwork, makeTargetGroup } from './elbv2.ts';

const logs: readonly Case[] = [
  {
    name: 'a log group from creation to deletion',
    async play({ logs }) {
      const logGroupName = '/aws/eks/dev/cluster';
      await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { 'lbc-setup/cluster': 'dev' } }));
      await refused(logs.send(new CreateLogGroupCommand({ logGroupName })));
      await logs.send(new CreateLogGroupCommand({ logGroupName: '/aws/eks/other/cluster' }));
      await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/eks/dev' }));
      await logs.send(new DescribeLogGroupsCommand({}));
      await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
      await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
      await logs.send(new DeleteLogGroupCommand({ logGroupName }));
      await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
      await refused(logs.send(new DeleteLogGroupCommand({ logGroupName })));
      await refused(logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 })));
    },
  },
];

/** Asks until there are so many resources, then once more for the comparison: the rehearsal's index lags behind. */
async function search(aws: Aws, input: GetResourcesCommandInput, count: number): Promise<void> {
  await aws.quietly(() =>
    until(async () => {
      const { ResourceTagMappingList = [] } = await aws.tagging.send(new GetResourcesCommand(input));
      return ResourceTagMappingList.length >= count;
    }),
  );
  await aws.tagging.send(new GetResourcesCommand(input));
}

const tagging: readonly Case[] = [
  {
    name: 'load balancers and target groups by tag and type',
    async play(aws) {
      const network = await makeNetwork(aws);
      await aws.quietly(async () => {
        await makeBalancer(aws, network);
        await makeTargetGroup(aws, network.VpcId);
      });
      const TagFilters = [{ Key: 'elbv2.k8s.aws/cluster', Values: ['dev'] }];
      const balancer = 'elasticloadbalancing:loadbalancer';
      const group = 'elasticloadbalancing:targetgroup';
      await search(aws, { TagFilters, ResourceTypeFilters: [balancer, group] }, 2);
      await search(aws, { TagFilters, ResourceTypeFilters: [group] }, 1);
      await search(aws, { TagFilters: [{ Key: 'absent' }] }, 0);
      await search(aws, { TagFilters: [{ Key: 'elbv2.k8s.aws/cluster', Values: ['other'] }] }, 0);
      await refused(
        aws.tagging.send(
          new GetResourcesCommand({
            ResourceARNList: ['arn:aws:ec2:ap-northeast-1:123456789012:vpc/vpc-0123456789abcdef0'],
            TagFilters,
          }),
        ),
      );
    },
  },
  {
    name: 'networks by tag',
    async play(aws) {
      await aws.quietly(async () => {
        const VpcId = await makeVpc(aws);
        await makeSubnet(aws, VpcId, 0, 'a');
        await makeGroup(aws, VpcId, 'tagged');
      });
      const TagFilters = [{ Key: 'lbc-setup/cluster', Values: ['dev', 'other'] }];
      await search(aws, { TagFilters, ResourceTypeFilters: ['ec2:vpc', 'ec2:subnet'] }, 2);
      await search(
        aws,
        { TagFilters: [{ Key: 'ingress.k8s.aws/stack' }], ResourceTypeFilters: ['ec2:security-group'] },
        1,
      );
    },
  },
];

const eks: readonly Case[] = [
  {
    name: 'a cluster that does not exist',
    async play({ eks }) {
      const name = 'nobody';
      const clusterName = name;
      await eks.send(new ListClustersCommand({}));
      await refused(eks.send(new DescribeClusterCommand({ name })));
      await refused(eks.send(new DeleteClusterCommand({ name })));
      await refused(eks.send(new UpdateClusterConfigCommand({ name, resourcesVpcConfig: {} })));
      await refused(eks.send(new ListFargateProfilesCommand({ clusterName })));
      await refused(
        eks.send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName: 'nobody' })),
      );
      await refused(eks.send(new DeleteFargateProfileCommand({ clusterName, fargateProfileName: 'nobody' })));
      await refused(eks.send(new ListNodegroupsCommand({ clusterName })));
      await refused(eks.send(new ListAddonsCommand({ clusterName })));
      await refused(eks.send(new DescribeAddonCommand({ clusterName, addonName: 'coredns' })));
      await refused(eks.send(new CreateAddonCommand({ clusterName, addonName: 'coredns' })));
      await refused(eks.send(new DeleteAddonCommand({ clusterName, addonName: 'coredns' })));
    },
  },
];

export const logsCases: CaseTable = { service: 'logs', cases: logs };
export const taggingCases: CaseTable = { service: 'tagging', cases: tagging };
export const eksCases: CaseTable = { service: 'eks', cases: eks };
