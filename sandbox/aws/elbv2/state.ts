import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../../world.ts';
import type { Ec2Service } from '../ec2/ec2.ts';
import type { Tags } from '../ec2/state.ts';

/** Attributes as the API keeps them: names and values are text. */
export type Attributes = Record<string, string>;

export type LoadBalancerType = 'application' | 'network';

/** A load balancer's presence in one Availability Zone. */
export interface Node {
  readonly subnetId: string;
  readonly zone: string;
  readonly interfaceId: string;
  readonly privateIp: string;
}

export interface LoadBalancerRecord {
  readonly arn: string;
  readonly name: string;
  readonly type: LoadBalancerType;
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly dnsName: string;
  readonly createdAt: Date;
  readonly attributes: Attributes;
  readonly tags: Tags;
  state: 'provisioning' | 'active';
  groupIds: readonly string[];
  nodes: readonly Node[];
}

export interface ListenerRecord {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly attributes: Attributes;
  readonly tags: Tags;
  port: number;
  protocol: string;
  /** ARNs, the default one first; none on a listener that ends no TLS. */
  certificates: readonly string[];
  sslPolicy?: string;
}

/** What a load balancer shows and signs with, PEM. */
export interface ListenerCertificate {
  readonly body: string;
  readonly chain?: string;
  readonly key: string;
}

export interface RuleRecord {
  readonly arn: string;
  readonly listenerArn: string;
  readonly tags: Tags;
  priority: number | 'default';
  conditions: readonly RuleCondition[];
  actions: readonly Action[];
}

export interface HealthCheck {
  readonly protocol: string;
  /** A number, or `traffic-port`. */
  readonly port: string;
  readonly path?: string;
  /** HTTP codes: `200`, `200-399`, `200,204`. */
  readonly matcher?: string;
  /** Simulated seconds, as are the others. */
  readonly interval: number;
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface TargetGroupRecord {
  readonly arn: string;
  readonly name: string;
  readonly protocol: string;
  readonly protocolVersion?: string;
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: 'ip' | 'instance';
  readonly attributes: Attributes;
  readonly tags: Tags;
  /** `address:port` → target. */
  readonly targets: Map<string, TargetRecord>;
  healthCheck: HealthCheck;
}

export interface TargetHealthState {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
  readonly reason?: string;
  readonly description?: string;
}

export interface TargetRecord {
  readonly id: string;
  readonly port: number;
  /** The zone of an address in the VPC; `all` for one outside it. */
  readonly zone: string;
  health: TargetHealthState;
  /** Health checks passed or failed in a row. */
  passed: number;
  failed: number;
}

/** What Elastic Load Balancing holds in one region. Keys are ARNs. */
export interface ElbRegion {
  readonly name: string;
  readonly loadBalancers: Map<string, LoadBalancerRecord>;
  readonly listeners: Map<string, ListenerRecord>;
  readonly rules: Map<string, RuleRecord>;
  readonly targetGroups: Map<string, TargetGroupRecord>;
}

/** What the parts of the emulated Elastic Load Balancing share. */
export interface ElbContext {
  readonly world: World;
  readonly ec2: Ec2Service;
  /** The certificate of an ARN, where the account has it. */
  certificate(arn: string): ListenerCertificate | undefined;
  region(name: string): ElbRegion;
  /** Every region that was touched. */
  regions(): Iterable<ElbRegion>;
}
