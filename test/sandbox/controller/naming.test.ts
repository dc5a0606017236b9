import { describe, expect, it } from 'vitest';
import {
  applicationLoadBalancerName,
  applicationSecurityGroupName,
  backendSecurityGroupName,
  networkLoadBalancerName,
  networkSecurityGroupName,
  networkTargetGroupName,
} from '../../../sandbox/controller/naming.ts';
import { createTracking } from '../../../sandbox/controller/tracking.ts';

// Names that the real controller gave (facts/lbc.md §4, "Names").
const service = { namespace: 'sample', name: 'helloworld', uid: '666c87d6-3ed8-4b7a-89ce-84658f3a4d43' };
const alone = { namespace: 'sample', name: 'helloworld' };
const group = { namespace: '', name: 'shared-demo' };

describe('names on AWS', () => {
  it('of a Network Load Balancer contain the UID of its Service', () => {
    expect(networkLoadBalancerName('lab', service, 'internet-facing')).toBe('k8s-sample-hellowor-9843e6eb57');
    expect(networkSecurityGroupName('lab', service)).toBe('k8s-sample-hellowor-cfc112c30f');
    const target = {
      targetPort: 5000,
      port: 80,
      type: 'ip',
      protocol: 'TCP',
      healthProtocol: 'HTTP',
      healthIntervalSeconds: 10,
    };
    expect(networkTargetGroupName('lab', service, target)).toBe('k8s-sample-hellowor-5fff74deaf');
  });

  it('of an Application Load Balancer depend on the Ingress or its group alone', () => {
    expect(applicationLoadBalancerName('lab', alone, 'internet-facing')).toBe(
      'k8s-sample-hellowor-cc0d73bbee',
    );
    expect(applicationSecurityGroupName('lab', alone)).toBe('k8s-sample-hellowor-3884e48c26');
    expect(applicationLoadBalancerName('lab', group, 'internet-facing')).toBe('k8s-shareddemo-116a6bff27');
    expect(applicationSecurityGroupName('lab', group)).toBe('k8s-shareddemo-5c4e69688d');
  });

  it('of the shared security group contain the cluster', () => {
    expect(backendSecurityGroupName('lab')).toBe('k8s-traffic-lab-a51146d380');
  });
});

describe('tracking', () => {
  it('marks the resources and objects of a Service', () => {
    const tracking = createTracking('lab', 'service', alone);
    expect(
      tracking.resourceTags('sample/helloworld:80', { owner: 'me', 'elbv2.k8s.aws/cluster': 'x' }),
    ).toEqual({
      owner: 'me',
      'elbv2.k8s.aws/cluster': 'lab',
      'service.k8s.aws/stack': 'sample/helloworld',
      'service.k8s.aws/resource': 'sample/helloworld:80',
    });
    expect(tracking.labels).toEqual({
      'service.k8s.aws/stack-namespace': 'sample',
      'service.k8s.aws/stack-name': 'helloworld',
    });
  });

  it('marks those of a group by its name alone', () => {
    const tracking = createTracking('lab', 'ingress', group);
    expect(tracking.stackTags['ingress.k8s.aws/stack']).toBe('shared-demo');
    expect(tracking.labels).toEqual({ 'ingress.k8s.aws/stack': 'shared-demo' });
  });
});
