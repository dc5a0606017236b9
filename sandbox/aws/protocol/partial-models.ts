import type { StaticListSchema, StaticStructureSchema } from '@smithy/types';

// Services of which the rehearsal knows one operation, written down in the form of the SDK's schemas (which their clients
// would export): no client of theirs is needed to be asked by a real eksctl or a real controller.

type Structure = () => StaticStructureSchema;
type List = () => StaticListSchema;
const string = 0;
const integer = 1;

const shield = 'com.amazonaws.shield';
const subscriptionRequest: Structure = () => [3, shield, 'GetSubscriptionStateRequest', 0, [], []];
const subscriptionResponse: Structure = () => [
  3,
  shield,
  'GetSubscriptionStateResponse',
  0,
  ['SubscriptionState'],
  [string],
  1,
];

/** AWS Shield: what the controller asks before it creates an ALB (facts/lbc.md §4). */
export const shieldSchemas = {
  GetSubscriptionState$: [9, shield, 'GetSubscriptionState', 0, subscriptionRequest, subscriptionResponse],
};

const classic = 'com.amazonaws.elasticloadbalancing';
const names: List = () => [1, classic, 'LoadBalancerNames', 0, string];
const description: Structure = () => [
  3,
  classic,
  'LoadBalancerDescription',
  0,
  ['LoadBalancerName'],
  [string],
];
const descriptions: List = () => [1, classic, 'LoadBalancerDescriptions', 0, description];
const describeRequest: Structure = () => [
  3,
  classic,
  'DescribeAccessPointsInput',
  0,
  ['LoadBalancerNames', 'Marker', 'PageSize'],
  [names, string, integer],
];
const describeResponse: Structure = () => [
  3,
  classic,
  'DescribeAccessPointsOutput',
  0,
  ['LoadBalancerDescriptions', 'NextMarker'],
  [descriptions, string],
];

/** Classic Elastic Load Balancing: what eksctl asks on deletion (facts/eksctl.md §9). */
export const classicLoadBalancingSchemas = {
  DescribeLoadBalancers$: [9, classic, 'DescribeLoadBalancers', 0, describeRequest, describeResponse],
  AccessPointNotFoundException$: [
    -3,
    classic,
    'AccessPointNotFoundException',
    { awsQueryError: ['LoadBalancerNotFound', 400], error: 'client', httpError: 400 },
    ['Message'],
    [string],
  ],
};
