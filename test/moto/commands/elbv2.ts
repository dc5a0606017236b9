import { type CommandTable, row } from './row.ts';

export const elbv2: CommandTable = {
  command: 'elbv2',
  service: 'elasticloadbalancing',
  rows: [
    row('DescribeAccountLimits', '', { shows: '"Name": "application-load-balancers"' }),
    row('CreateLoadBalancer', '--name walk --subnets {subnetA} {subnetC} --security-groups {group}', {
      shows: '"Code": "provisioning"',
      save: { balancer: 'LoadBalancers.0.LoadBalancerArn' },
    }),
    row('DescribeLoadBalancers', '--names walk', { shows: '"Code": "active"', waits: true }),
    row('DescribeLoadBalancerAttributes', '--load-balancer-arn {balancer}', { shows: '"defensive"' }),
    row(
      'ModifyLoadBalancerAttributes',
      '--load-balancer-arn {balancer} --attributes Key=idle_timeout.timeout_seconds,Value=30',
      { shows: '"Value": "30"' },
    ),
    row('SetSubnets', '--load-balancer-arn {balancer} --subnets {subnetA} {subnetC}', {
      shows: '"ZoneName": "ap-northeast-1c"',
    }),
    row('SetSecurityGroups', '--load-balancer-arn {balancer} --security-groups {group}', { shows: '"sg-' }),
    row('SetIpAddressType', '--load-balancer-arn {balancer} --ip-address-type ipv4', { shows: '"ipv4"' }),
    row(
      'CreateTargetGroup',
      '--name walk --protocol HTTP --port 5000 --vpc-id {vpc} --target-type ip --health-check-path /health',
      { shows: '"HealthCheckPath": "/health"', save: { targets: 'TargetGroups.0.TargetGroupArn' } },
    ),
    row('DescribeTargetGroups', '--names walk', { shows: '"TargetType": "ip"' }),
    row('ModifyTargetGroup', '--target-group-arn {targets} --health-check-interval-seconds 15', {
      shows: '"HealthCheckIntervalSeconds": 15',
    }),
    row('DescribeTargetGroupAttributes', '--target-group-arn {targets}', { shows: '"round_robin"' }),
    row(
      'ModifyTargetGroupAttributes',
      '--target-group-arn {targets} --attributes Key=deregistration_delay.timeout_seconds,Value=20',
      { shows: '"Value": "20"' },
    ),
    row('RegisterTargets', '--target-group-arn {targets} --targets Id=192.168.0.9,Port=5000'),
    row('DescribeTargetHealth', '--target-group-arn {targets}', { shows: '"Target.NotInUse"' }),
    row('DeregisterTargets', '--target-group-arn {targets} --targets Id=192.168.0.9,Port=5000'),
    row(
      'CreateListener',
      '--load-balancer-arn {balancer} --protocol HTTP --port 80 --default-actions {notFound}',
      { shows: '"StatusCode": "404"', save: { listener: 'Listeners.0.ListenerArn' } },
    ),
    row('DescribeListeners', '--load-balancer-arn {balancer}', { shows: '"Port": 80' }),
    row('ModifyListener', '--listener-arn {listener} --port 8080', { shows: '"Port": 8080' }),
    row('DescribeListenerAttributes', '--listener-arn {listener}', {
      shows: '"routing.http.response.server.enabled"',
    }),
    row(
      'ModifyListenerAttributes',
      '--listener-arn {listener} --attributes Key=routing.http.response.server.enabled,Value=false',
      { shows: '"Value": "false"' },
    ),
    row('DescribeListenerCertificates', '--listener-arn {listener}', { shows: '"Certificates": []' }),
    row(
      'AddListenerCertificates',
      '--listener-arn {listener} --certificates CertificateArn=arn:aws:acm:ap-northeast-1:123456789012:certificate/x',
      { refused: 'CertificateNotFound' },
    ),
    row(
      'RemoveListenerCertificates',
      '--listener-arn {listener} --certificates CertificateArn=arn:aws:acm:ap-northeast-1:123456789012:certificate/x',
    ),
    row(
      'CreateRule',
      '--listener-arn {listener} --priority 1 --conditions {hello} --actions Type=forward,TargetGroupArn={targets}',
      { shows: '"Priority": "1"', save: { rule: 'Rules.0.RuleArn' } },
    ),
    row('DescribeRules', '--listener-arn {listener}', { shows: '"/hello"' }),
    row('ModifyRule', '--rule-arn {rule} --conditions {otherPath}', { shows: '"/other"' }),
    row('SetRulePriorities', '--rule-priorities RuleArn={rule},Priority=9', { shows: '"Priority": "9"' }),
    row('AddTags', '--resource-arns {balancer} {targets} --tags Key=a,Value=b'),
    row('DescribeTags', '--resource-arns {balancer} {targets}', { shows: '"Value": "b"' }),
  ],
};

export const elb: CommandTable = {
  command: 'elb',
  service: 'classicloadbalancing',
  rows: [row('DescribeLoadBalancers', '', { shows: '"LoadBalancerDescriptions": []' })],
};

export const tagging: CommandTable = {
  command: 'resourcegroupstaggingapi',
  service: 'tagging',
  rows: [
    row('GetResources', '--tag-filters Key=a,Values=b', { shows: ':loadbalancer/app/walk/', waits: true }),
  ],
};

/** Takes away what was made above. */
export const elbv2End: CommandTable = {
  command: 'elbv2',
  service: 'elasticloadbalancing',
  rows: [
    row('RemoveTags', '--resource-arns {balancer} --tag-keys a'),
    row('DeleteRule', '--rule-arn {rule}'),
    row('DeleteListener', '--listener-arn {listener}'),
    row('DeleteLoadBalancer', '--load-balancer-arn {balancer}'),
    row('DeleteTargetGroup', '--target-group-arn {targets}'),
  ],
};
