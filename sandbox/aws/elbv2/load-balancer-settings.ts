import type {
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput,
  SetIpAddressTypeInput,
  SetIpAddressTypeOutput,
  SetSecurityGroupsInput,
  SetSecurityGroupsOutput,
  SetSubnetsInput,
  SetSubnetsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { operation } from '../operation.ts';
import type { Handler } from '../service.ts';
import { attributeList, changeAttributes } from './attributes.ts';
import { find, invalidConfiguration } from './errors.ts';
import { onlyIpv4 } from './load-balancers.ts';
import { addNode, chooseGroups, chooseSubnets, subnetIdsOf } from './placement.ts';
import type { ElbContext } from './state.ts';

/** The operations that change an existing load balancer, and its attributes. */
export function loadBalancerSettingHandlers(elb: ElbContext): Record<string, Handler> {
  return {
    DescribeLoadBalancerAttributes: operation(
      ['LoadBalancerArn'],
      (input: DescribeLoadBalancerAttributesInput, call): DescribeLoadBalancerAttributesOutput => {
        const record = find(elb.region(call.region).loadBalancers, input.LoadBalancerArn, 'loadBalancer');
        return { Attributes: attributeList(record.attributes) };
      },
    ),

    ModifyLoadBalancerAttributes: operation(
      ['LoadBalancerArn', 'Attributes'],
      (input: ModifyLoadBalancerAttributesInput, call): ModifyLoadBalancerAttributesOutput => {
        const record = find(elb.region(call.region).loadBalancers, input.LoadBalancerArn, 'loadBalancer');
        changeAttributes(record.attributes, input.Attributes, 'Load balancer');
        return { Attributes: attributeList(record.attributes) };
      },
    ),

    SetSubnets: operation(
      ['LoadBalancerArn', 'Subnets', 'SubnetMappings', 'IpAddressType', 'EnablePrefixForIpv6SourceNat'],
      (input: SetSubnetsInput, call): SetSubnetsOutput => {
        onlyIpv4(input.IpAddressType, input.EnablePrefixForIpv6SourceNat);
        const record = find(elb.region(call.region).loadBalancers, input.LoadBalancerArn, 'loadBalancer');
        const subnets = chooseSubnets(elb, call.region, subnetIdsOf(input), record);
        if (subnets.some((subnet) => subnet.vpcId !== record.vpcId)) {
          throw invalidConfiguration('The subnets must be in the same VPC as the load balancer');
        }
        const kept = record.nodes.filter((node) => subnets.some(({ id }) => id === node.subnetId));
        const dropped = record.nodes.filter((node) => !kept.includes(node));
        const added = subnets
          .filter(({ id }) => !kept.some((node) => node.subnetId === id))
          .map((subnet) => addNode(elb, call.region, subnet, record));
        for (const { interfaceId } of dropped) elb.ec2.deleteManagedInterface(call.region, interfaceId);
        record.nodes = [...kept, ...added];
        return {
          AvailabilityZones: record.nodes.map(({ zone, subnetId }) => ({
            ZoneName: zone,
            SubnetId: subnetId,
          })),
          IpAddressType: 'ipv4',
          EnablePrefixForIpv6SourceNat: record.type === 'network' ? 'off' : undefined,
        };
      },
    ),

    SetSecurityGroups: operation(
      ['LoadBalancerArn', 'SecurityGroups'],
      (input: SetSecurityGroupsInput, call): SetSecurityGroupsOutput => {
        const record = find(elb.region(call.region).loadBalancers, input.LoadBalancerArn, 'loadBalancer');
        if (record.type === 'network' && record.groupIds.length === 0) {
          throw invalidConfiguration(
            'You cannot associate security groups with a network load balancer that was created without security groups',
          );
        }
        record.groupIds = chooseGroups(elb, call.region, input.SecurityGroups ?? [], record.vpcId);
        for (const { interfaceId } of record.nodes) {
          elb.ec2.setInterfaceGroups(call.region, interfaceId, record.groupIds);
        }
        return { SecurityGroupIds: [...record.groupIds] };
      },
    ),

    SetIpAddressType: operation(
      ['LoadBalancerArn', 'IpAddressType'],
      (input: SetIpAddressTypeInput, call): SetIpAddressTypeOutput => {
        find(elb.region(call.region).loadBalancers, input.LoadBalancerArn, 'loadBalancer');
        onlyIpv4(input.IpAddressType);
        return { IpAddressType: 'ipv4' };
      },
    ),
  };
}
