import { deniedAction } from './aws-errors.ts';
import type { Explanation } from './user-error.ts';

type Found = RegExpExecArray;

/** How a sentence is explained that AWS, EKS, the controller or the scheduler left beside an object. */
interface ReasonRow {
  readonly message: RegExp;
  readonly what: string | ((found: Found) => string);
  /** One command, or the change that only a person can make. */
  readonly fix: string | ((found: Found) => string);
}

const more = (service: string, code: string, name: string): string =>
  `remove what is no longer used, or ask for more: aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value N (${name})`;

const restart = 'kubectl rollout restart deployment aws-load-balancer-controller --namespace kube-system';
const undo = 'kubectl rollout undo deployment aws-load-balancer-controller --namespace kube-system';
const within = (namespace: string | undefined): string =>
  namespace ? `--namespace ${namespace}` : '(in its namespace)';
const waitMore = 'wait some minutes, then lbc-setup verify';

/** The prefix of a service's actions, by the name that the controller's SDK gives the service in its errors. */
const actionPrefixes: Readonly<Record<string, string>> = {
  EC2: 'ec2',
  'Elastic Load Balancing v2': 'elasticloadbalancing',
  ACM: 'acm',
  Shield: 'shield',
  STS: 'sts',
  WAFV2: 'wafv2',
};

/**
 * Reasons found in Events, pod conditions, target health and stack events, and what to do about each. They are not
 * errors of this tool: something else tries on, and the reason counts when it has not succeeded in time. The frame
 * `operation error SERVICE: OPERATION, … api error CODE: …` is the controller's SDK's; inside it codes are matched, since
 * AWS changes its wording. The first row that fits is used.
 */
export const reasons: readonly ReasonRow[] = [
  {
    message:
      /Not authorized to perform sts:AssumeRoleWithWebIdentity|WebIdentityErr|api error InvalidIdentityToken/,
    what: "the controller's role does not admit its ServiceAccount (IRSA)",
    fix: 'lbc-setup iam, which mends role, trust and ServiceAccount',
  },
  {
    message: /no EC2 IMDS role found|access disabled to EC2 IMDS/,
    what: "the controller's pods have no role: they were started before the ServiceAccount had one",
    fix: restart,
  },
  {
    message: /operation error ([^:,]+): (\w+), .*(?:AccessDenied|UnauthorizedOperation)/,
    what: (found) => `the controller lacks the permission ${controllerAction(found)}`,
    fix: (found) =>
      `lbc-setup iam, which puts the controller's policy right; if it is right, have ${controllerAction(found)} allowed in what else limits the role (permissions boundary, service control policy)`,
  },
  {
    message: /not authorized to perform: ([\w-]+:\w+)/,
    what: ([, action]) => `the permission ${action} is missing`,
    fix: ([, action]) =>
      `have ${action} allowed for the identity that is named, then run the same command once more`,
  },
  {
    message: /InvalidSubnetID\.NotFound/,
    what: 'a subnet that is named in an annotation does not exist',
    fix: 'correct the annotation …/aws-load-balancer-subnets or alb.ingress.kubernetes.io/subnets',
  },
  {
    message:
      /Evaluated \d+ subnets: \d+ are tagged for other clusters, and ([1-9]\d*) have insufficient available IP addresses/,
    what: 'the subnets have too few free addresses: a load balancer needs eight in each',
    fix: 'free addresses, or tag other subnets: aws ec2 create-tags --resources SUBNET-ID --tags Key=kubernetes.io/role/elb,Value=1',
  },
  {
    // Without the words before it, of subnets that are named.
    message: /(?<!auto-discover subnets: )subnets count less than minimal required count/,
    what: 'an annotation names too few subnets: an ALB needs two zones',
    fix: 'name subnets in two zones in the annotation alb.ingress.kubernetes.io/subnets, or take the annotation away',
  },
  {
    message:
      /unable to (?:resolve|discover) at least one subnet|subnets count less than minimal required count|couldn't auto-discover subnets/,
    what: 'the controller finds no subnets for the load balancer: it needs public ones, for an ALB in two zones',
    fix: 'aws ec2 create-tags --resources SUBNET-ID SUBNET-ID --tags Key=kubernetes.io/role/elb,Value=1',
  },
  {
    message: /(?:Service ([\w.-]+)\/.*)?deletion_protection is enabled, cannot delete the service: (\S+)/,
    what: 'the load balancer is protected from deletion',
    fix: ([, namespace, name]) =>
      `kubectl annotate service ${name} --overwrite service.beta.kubernetes.io/aws-load-balancer-attributes=deletion_protection.enabled=false ${within(namespace)}`,
  },
  {
    message: /(?:Ingress ([\w.-]+)\/.*)?deletion_protection is enabled, cannot delete the ingress: (\S+)/,
    what: 'the load balancer is protected from deletion',
    fix: ([, namespace, name]) =>
      `kubectl annotate ingress ${name} --overwrite alb.ingress.kubernetes.io/load-balancer-attributes=deletion_protection.enabled=false ${within(namespace)}`,
  },
  {
    message: /deletion_protection is enabled/,
    what: 'the load balancer is protected from deletion',
    fix: 'set the attribute deletion_protection.enabled=false in its annotation …load-balancer-attributes',
  },
  {
    message: /invalid ingress class: IngressClass\.networking\.k8s\.io "?([^\s"]+)"? not found/,
    what: ([, name]) =>
      `the IngressClass ${name} is gone, and the controller's webhook refuses the Ingress without it`,
    fix: 'lbc-setup deploy-sample alb, which makes the class again; then repeat what you did',
  },
  {
    message: /InvalidGroup\.NotFound|InvalidSecurityGroup\b/,
    what: 'a security group that the controller remembers was deleted under it',
    fix: restart,
  },
  {
    message: /cannot resolve pod ENI for pods/,
    what: 'the controller does not find the network interfaces of pods in its VPC',
    fix: 'kubectl get deployment aws-load-balancer-controller --namespace kube-system --output yaml, and correct --aws-vpc-id; of pods that have just gone it is soon forgotten',
  },
  {
    message: /api error (?:Throttling(?:Exception)?|RequestLimitExceeded|TooManyRequestsException):/,
    what: 'AWS throttles the account: there are too many calls in this region',
    fix: 'wait some minutes: what is throttled is tried again by itself',
  },
  {
    message: /DependencyViolation/,
    what: 'something still uses the resource; network interfaces outlive their load balancer by minutes',
    fix: 'wait some minutes, then run the same command once more',
  },
  {
    message: /expected exactly one securityGroup tagged with (\S+) for eni/,
    what: 'several security groups of the pods carry the tag of the cluster',
    fix: ([, tag]) =>
      `aws ec2 delete-tags --resources SECURITY-GROUP-ID --tags Key=${tag} (of all but one of those named)`,
  },
  {
    message: /TargetGroup port is empty\. When using Instance targets/,
    what: 'the load balancer is to send to instances, which needs a Service of type NodePort, and on Fargate there are none',
    fix: 'set the annotation alb.ingress.kubernetes.io/target-type to ip; for the samples lbc-setup deploy-sample does it',
  },
  {
    message:
      /unknown scheme|unknown targetType|unsupported health check protocol|failed to parse listen-ports|unable to find port/,
    what: 'the controller cannot read an annotation or a port of the object',
    fix: 'correct what the message names; for the samples lbc-setup deploy-sample does it',
  },
  // The controller's last words, before it ends.
  {
    message: /failed to introspect region from EC2Metadata|failed to fetch VPC ID from instance metadata/,
    what: 'the controller was not told its region or VPC, and on Fargate there is no instance metadata to ask',
    fix: `lbc-setup install-controller, which sets both; after a change by hand: ${undo}`,
  },
  {
    message: /no VPC exists with tags/,
    what: 'the controller was told to find its VPC by tags that no VPC has',
    fix: `lbc-setup install-controller, which names the VPC; after a change by hand: ${undo}`,
  },
  {
    message: /kubernetes cluster name must be specified/,
    what: 'the controller was not told the name of its cluster',
    fix: `lbc-setup install-controller, which sets it; after a change by hand: ${undo}`,
  },
  // Fargate: https://docs.aws.amazon.com/eks/latest/userguide/fargate.html
  {
    message: /account is currently blocked and thus cannot launch any Fargate pods/,
    what: 'AWS has blocked this account for Fargate',
    fix: 'ask AWS Support: https://console.aws.amazon.com/support',
  },
  {
    message: /reached the limit on the number of Fargate pods/,
    what: "the account's Fargate quota is used up",
    fix: more('fargate', 'L-3032A538', 'Fargate On-Demand vCPU resource count'),
  },
  {
    message: /Pod provisioning timed out/,
    what: 'Fargate did not start the pod in time',
    fix: 'kubectl delete pod of the name above; Fargate tries again with the new one',
  },
  {
    message: /Fargate Profile creation for the Availability Zone (\S+) is not supported/i,
    what: ([, zone]) => `Fargate does not exist in the zone ${zone}`,
    fix: 'use another --region, or a cluster whose private subnets are in other zones',
  },
  {
    // kube-scheduler names the taint in older words, in newer ones, and since 1.34.2 not at all
    // (https://github.com/kubernetes/kubernetes/pull/135023); without a single node it says only that.
    message:
      /had (?:untolerated )?taint \{eks\.amazonaws\.com\/compute-type: fargate\}|had untolerated taint\(s\)|no nodes available to schedule pods/,
    what: 'no node takes the pod: on Fargate, the pod is older than its Fargate profile, or no profile selects its namespace',
    fix: 'lbc-setup cluster, which makes the profiles; pods made before them are made anew by lbc-setup up',
  },
  // Quotas, as the stack's events and the controller's Events tell them.
  {
    message: /AddressLimitExceeded|maximum number of addresses has been reached/,
    what: 'the account has no Elastic IP address left for the NAT gateway',
    fix: more('ec2', 'L-0263D0A3', 'EC2-VPC Elastic IPs'),
  },
  {
    message: /VpcLimitExceeded|maximum number of VPCs has been reached/,
    what: 'the account has no VPC left in this region',
    fix: more('vpc', 'L-F678F1CE', 'VPCs per Region'),
  },
  {
    message: /InternetGatewayLimitExceeded|maximum number of internet gateways has been reached/,
    what: 'the account has no internet gateway left in this region',
    fix: more('vpc', 'L-A4707A72', 'Internet gateways per Region'),
  },
  {
    message: /NatGatewayLimitExceeded|limit of \d+ NAT gateways/,
    what: 'the zone has no NAT gateway left',
    fix: more('vpc', 'L-FE5A380F', 'NAT gateways per Availability Zone'),
  },
  {
    message: /TooManyLoadBalancers/,
    what: 'the account has no load balancer left in this region',
    fix: `${more('elasticloadbalancing', 'L-69A177A2', 'Network Load Balancers per Region')}; for an ALB L-53DA6B97`,
  },
  {
    message: /TooManyTargetGroups/,
    what: 'the account has no target group left in this region',
    fix: more('elasticloadbalancing', 'L-B22855CB', 'Target Groups per Region'),
  },
  {
    message: /RulesPerSecurityGroupLimitExceeded/,
    what: 'a security group has no rule left',
    fix: more('vpc', 'L-0EA8095F', 'Inbound or outbound rules per security group'),
  },
  {
    message: /OpenIdConnectProvidersPerAccount: (\d+)/,
    what: ([, count]) => `the account has all ${count} IAM OIDC providers that it may have`,
    fix: 'remove those of clusters that are gone: aws iam list-open-id-connect-providers',
  },
  // Pods.
  {
    message: /ErrImagePull|ImagePullBackOff|Back-off pulling image/,
    what: 'the container image cannot be pulled',
    fix: 'check the name (--sample-image), and that the private subnets reach the registry through the NAT gateway',
  },
  {
    message: /CrashLoopBackOff|back-off .* restarting failed container/,
    what: 'the container ends again and again',
    fix: 'look at its last words: kubectl logs --previous with the pod and namespace above',
  },
  // Target health: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
  {
    message: /Elb\.(?:RegistrationInProgress|InitialHealthChecking)/,
    what: 'the load balancer is still checking the pods',
    fix: waitMore,
  },
  {
    message: /Elb\.InternalError/,
    what: 'the load balancer has trouble of its own',
    fix: waitMore,
  },
  {
    message: /Target\.Timeout/,
    what: 'the pods do not answer the health check: what lets the load balancer in may be missing',
    fix: 'kubectl describe targetgroupbindings --all-namespaces, which tells whether the rule was made',
  },
  {
    message: /Target\.(?:FailedHealthChecks|ResponseCodeMismatch)/,
    what: 'the pods answer the health check wrongly',
    fix: 'let the path of the health check answer 200; for the samples: use a --sample-image that answers 200 to /health on port 5000, then lbc-setup deploy-sample',
  },
  {
    message: /Target\.(?:NotInUse|NotRegistered|InvalidState|IpUnusable|DeregistrationInProgress)/,
    what: 'the load balancer does not use the pods',
    fix: 'kubectl describe targetgroupbindings --all-namespaces',
  },
  {
    message: /no targets are registered/,
    what: 'no pod is behind the load balancer',
    fix: 'kubectl get pods --all-namespaces --output wide, and lbc-setup deploy-sample when they are not there',
  },
  // Namespaces that do not go.
  {
    message: /unable to retrieve the complete list of server APIs: ([\w./-]+)/,
    what: ([, api]) =>
      `the cluster cannot list its APIs, since nobody serves ${api}; until then no namespace goes`,
    fix: ([, api = '']) => `kubectl delete apiservice ${api.split('/').reverse().join('.')}`,
  },
  {
    message: /held by .*\b(?:service\.k8s\.aws|(?:group\.)?ingress\.k8s\.aws|elbv2\.k8s\.aws)\//,
    what: 'the object waits for the controller, which removes its load balancer first',
    fix: 'lbc-setup install-controller, so that the controller runs; then repeat what you did',
  },
];

/** What is known about the reason in a text, or undefined. */
export function explainReason(text: string): Pick<Explanation, 'what' | 'fix'> | undefined {
  for (const { message, what, fix } of reasons) {
    const found = message.exec(text);
    if (!found) continue;
    const fill = (part: string | ((match: Found) => string)) =>
      typeof part === 'string' ? part : part(found);
    return { what: fill(what), fix: fill(fix) };
  }
  return undefined;
}

/** ELB denials name the action; EC2's only the frame does. */
function controllerAction([text, service = '', operation = '']: Found): string {
  return deniedAction(text).action ?? `${actionPrefixes[service] ?? service}:${operation}`;
}
