import {
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { NotEmulated } from '../../aws/service.ts';
import type { KubeCache } from '../kube/cache.ts';
import { type BindingSpec, keyOf, type TargetGroupBinding } from '../kube/types.ts';
import { messageOf } from '../log.ts';
import type { Mutate, Validate } from './admission.ts';

const vpcPattern = /^vpc-([0-9a-f]{8}|[0-9a-f]{17}|[0-9a-f]{32})$/;

type Ask = { readonly TargetGroupArns: string[] } | { readonly Names: string[] };

async function fetchGroup(
  elbv2: ElasticLoadBalancingV2Client,
  query: string,
  ask: Ask,
): Promise<TargetGroup> {
  const { TargetGroups = [] } = await elbv2.send(new DescribeTargetGroupsCommand(ask));
  const [group] = TargetGroups;
  if (TargetGroups.length !== 1 || group === undefined) {
    throw new Error(`expecting a single targetGroup with query [${query}] but got ${TargetGroups.length}`);
  }
  return group;
}

/** The binding's target group, asked for once. */
function groupOf(elbv2: ElasticLoadBalancingV2Client, spec: BindingSpec): () => Promise<TargetGroup> {
  let asked: Promise<TargetGroup> | undefined;
  return () => {
    const arn = spec.targetGroupARN ?? '';
    asked ??= fetchGroup(elbv2, arn, { TargetGroupArns: [arn] });
    return asked;
  };
}

async function explained<T>(what: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
  }
}

/** Fills in what a new binding leaves to its target group. */
export const mutateBinding =
  (elbv2: ElasticLoadBalancingV2Client): Mutate =>
  async ({ operation, object }) => {
    if (operation !== 'CREATE') return;
    const binding = object as TargetGroupBinding;
    const set = (fields: Partial<BindingSpec>): void => {
      binding.spec = { ...binding.spec, ...fields };
    };
    const { targetGroupName } = binding.spec;
    if (binding.spec.iamRoleArnToAssume) throw new NotEmulated('spec.iamRoleArnToAssume');
    if (!binding.spec.targetGroupARN) {
      if (!targetGroupName) throw new Error('must provide either TargetGroupARN or TargetGroupName');
      const named = await fetchGroup(elbv2, targetGroupName, { Names: [targetGroupName] });
      set({ targetGroupARN: named.TargetGroupArn });
    }
    const group = groupOf(elbv2, binding.spec);
    if (binding.spec.targetType === undefined) {
      const { TargetType } = await explained("couldn't determine TargetType", group);
      if (TargetType !== 'ip' && TargetType !== 'instance') {
        throw new Error(`unsupported TargetType: ${TargetType}`);
      }
      set({ targetType: TargetType });
    }
    if (binding.spec.ipAddressType === undefined) {
      const { IpAddressType } = await explained('unable to get target group IP address type', group);
      set({ ipAddressType: IpAddressType ?? 'ipv4' });
    }
    if (!binding.spec.vpcID) {
      const { VpcId } = await explained('unable to get target group VpcID', group);
      set({ vpcID: VpcId });
    }
    if (binding.spec.targetGroupProtocol === undefined) {
      const { Protocol } = await explained("couldn't determine TargetGroup protocol", group);
      set({ targetGroupProtocol: Protocol });
    }
  };

/** Refuses bindings that do not fit their target group, and the second one of a target group (transcripts/lbc/tgb.txt). */
export const validateBinding =
  (elbv2: ElasticLoadBalancingV2Client, kube: KubeCache, vpcId: string): Validate =>
  async ({ operation, object, oldObject }) => {
    const binding = object as TargetGroupBinding;
    const { spec } = binding;
    checkRequired(spec);
    if (operation === 'UPDATE') checkImmutable(spec, (oldObject as TargetGroupBinding).spec, vpcId);
    if (spec.targetType === 'ip' && spec.nodeSelector !== undefined) {
      throw new Error('TargetGroupBinding cannot set NodeSelector when TargetType is ip');
    }
    checkUnique(kube, binding);
    if (operation === 'CREATE') await checkGroup(spec, groupOf(elbv2, spec));
  };

function checkRequired(spec: BindingSpec): void {
  const absent: string[] = [];
  if (!spec.targetGroupARN) absent.push('either TargetGroupARN or TargetGroupName');
  if (spec.targetType === undefined) absent.push('spec.targetType');
  if (absent.length === 0) return;
  throw new Error(`TargetGroupBinding must specify these fields: ${absent.join(',')}`);
}

function checkImmutable(spec: BindingSpec, before: BindingSpec, vpcId: string): void {
  const changed: string[] = [];
  if (spec.targetGroupARN !== before.targetGroupARN) changed.push('spec.targetGroupARN');
  if (spec.targetType !== before.targetType) changed.push('spec.targetType');
  if (
    (spec.ipAddressType ?? '') !== (before.ipAddressType ?? (spec.ipAddressType === 'ipv4' ? 'ipv4' : ''))
  ) {
    changed.push('spec.ipAddressType');
  }
  if ((spec.vpcID ?? '') !== (before.vpcID || (spec.vpcID === vpcId ? vpcId : '')))
    changed.push('spec.vpcID');
  if (changed.length === 0) return;
  throw new Error(`TargetGroupBinding update may not change these immutable fields: ${changed.join(',')}`);
}

function checkUnique(kube: KubeCache, { metadata, spec }: TargetGroupBinding): void {
  const others = kube.bindings
    .list()
    .filter(
      (other) => other.metadata.uid !== metadata.uid && other.spec.targetGroupARN === spec.targetGroupARN,
    );
  const shared =
    spec.multiClusterTargetGroup === true &&
    others.every((other) => other.spec.multiClusterTargetGroup === true);
  if (others.length === 0 || shared) return;
  const arn = spec.targetGroupARN;
  throw new Error(
    `TargetGroup ${arn} is already bound to following TargetGroupBindings [${others.map(keyOf).join(' ')}]. Please enable MultiCluster mode on all TargetGroupBindings referencing ${arn} or choose a different Target Group ARN.`,
  );
}

async function checkGroup(spec: BindingSpec, group: () => Promise<TargetGroup>): Promise<void> {
  const arn = spec.targetGroupARN;
  const { IpAddressType = 'ipv4' } = await explained('unable to get target group IP address type', group);
  if ((spec.ipAddressType ?? 'ipv4') !== IpAddressType) {
    throw new Error(`invalid IP address type ${IpAddressType} for TargetGroup ${arn}`);
  }
  if (spec.vpcID) {
    if (!vpcPattern.test(spec.vpcID)) {
      throw new Error(
        `ValidationError: vpcID ${spec.vpcID} failed to satisfy constraint: VPC Id must begin with 'vpc-' followed by 8, 17 or 32 lowercase letters (a-f) or numbers.`,
      );
    }
    const { VpcId } = await explained('unable to get target group VpcID', group);
    if (VpcId !== spec.vpcID) {
      throw new Error(`invalid VpcID ${spec.vpcID} doesnt match VpcID from TargetGroup ${arn}`);
    }
  }
  const { targetGroupProtocol } = spec;
  if (targetGroupProtocol === undefined) return;
  const { Protocol } = await explained('unable to get target group VpcID', group);
  if (Protocol !== targetGroupProtocol) {
    throw new Error(`TargetGroup ${arn} protocol differs (got ${targetGroupProtocol}, expected ${Protocol})`);
  }
}
