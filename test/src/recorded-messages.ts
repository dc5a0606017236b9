import type { ToolName } from '../../src/tools/tool.ts';

// Streams and words as recorded from the real programs, and as their issue trackers quote them (facts/eksctl.md,
// facts/lbc.md, facts/pitfalls.md, facts/kubernetes-emulation.md).

/** Tool, stdout, stderr, and what the fix must contain. */
export const recordedToolMessages: [ToolName, string, string, string][] = [
  [
    'eksctl',
    '',
    'Error: resolving cluster version: invalid version, 1.21 is no longer supported, supported values: 1.31, 1.32',
    '--kubernetes-version',
  ],
  [
    'eksctl',
    '',
    'Error: describing cluster versions: operation error EKS: DescribeClusterVersions, https response error StatusCode: 403, RequestID: 1, AccessDeniedException: User: arn:aws:iam::111122223333:user/dev is not authorized to perform: eks:DescribeClusterVersions',
    'eks:DescribeClusterVersions',
  ],
  [
    'eksctl',
    '2026-11-23 08:32:52 [✖]  creating CloudFormation stack "eksctl-x-cluster": operation error CloudFormation: CreateStack, api error AlreadyExistsException: Stack eksctl-x-cluster already exists',
    'Error: failed to create cluster "x"',
    'lbc-setup status',
  ],
  [
    'eksctl',
    '[✖]  creating OIDC provider: operation error IAM: CreateOpenIDConnectProvider, https response error StatusCode: 409, RequestID: 1, EntityAlreadyExists: Unknown',
    'Error: failed to create cluster "f9"',
    'lbc-setup cluster',
  ],
  [
    'eksctl',
    '',
    'Error: unable to create iamserviceaccount(s) without IAM OIDC provider enabled',
    'lbc-setup cluster',
  ],
  [
    'eksctl',
    '',
    'Error: connecting to issuer OIDC: Get "https://oidc.eks.ap-northeast-1.amazonaws.com:443/id/X": dial tcp: lookup oidc.eks.ap-northeast-1.amazonaws.com: no such host',
    'HTTPS_PROXY',
  ],
  [
    'eksctl',
    '',
    'Error: connecting to issuer OIDC: Get "https://oidc.eks.ap-northeast-1.amazonaws.com:443/id/X": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'SSL_CERT_FILE',
  ],
  [
    'eksctl',
    '[✖]  either account is not authorized to use Fargate or region ap-northeast-1 is not supported: failed to create Fargate profile "x"',
    'Error: failed to create cluster "x"',
    'eks:CreateFargateProfile',
  ],
  [
    'eksctl',
    '',
    'Error: failed to create Fargate profile "b": operation error EKS: CreateFargateProfile, ResourceInUseException: Cannot create Fargate Profile b because cluster x currently has Fargate profile a in status CREATING',
    'lbc-setup cluster',
  ],
  [
    'eksctl',
    '',
    'Error: operation error EKS: CreateFargateProfile, ResourceInUseException: A Fargate Profile already exists with this name in this cluster.',
    'lbc-setup cluster',
  ],
  [
    'eksctl',
    '',
    'Error: operation error EKS: DeleteCluster, InvalidRequestException: the cluster has deletion protection enabled',
    '--no-deletion-protection',
  ],
  [
    'eksctl',
    '',
    'Error: deadline surpassed waiting for AWS load balancers to be deleted: k8s-sample-ingress-0123456789',
    'lbc-setup teardown',
  ],
  [
    'eksctl',
    '',
    'Error: cannot list Kubernetes Services: Get "https://127.0.0.1:1/api/v1/services": dial tcp 127.0.0.1:1: connect: connection refused',
    'lbc-setup status',
  ],
  [
    'eksctl',
    '[✖]  waiter state transitioned to Failure',
    'Error: failed to create iamserviceaccount(s)',
    'lbc-setup status',
  ],
  [
    'eksctl',
    '[✖]  unexpected status "ROLLBACK_COMPLETE" while waiting for CloudFormation stack "eksctl-f2-cluster"',
    'Error: failed to create cluster "f2"',
    'lbc-setup status',
  ],
  ['eksctl', '', 'Error: timed out waiting for control plane "m3" after 1m10s', 'lbc-setup cluster'],
  [
    'eksctl',
    '',
    'panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation]',
    'lbc-setup teardown',
  ],
  [
    'eksctl',
    '',
    'Error: checking AWS STS access – cannot get role ARN for current session: operation error STS: GetCallerIdentity, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, canceled, context deadline exceeded',
    'export-credentials',
  ],
  [
    'eksctl',
    '',
    'Error: AWS Region must be set, please set the AWS Region in AWS config file or as environment variable',
    'export-credentials',
  ],
  [
    'eksctl',
    '',
    'Error: checking AWS STS access – cannot get role ARN for current session: operation error STS: GetCallerIdentity, https response error StatusCode: 0, RequestID: , request send failed, Post "http://127.0.0.1:9/": dial tcp 127.0.0.1:9: connect: connection refused',
    'AWS_ENDPOINT_URL',
  ],
  [
    'eksctl',
    '[✖]  exceeded maximum number of attempts, 13, https response error StatusCode: 400, RequestID: 1, api error ThrottlingException: Rate exceeded',
    'Error: failed to create cluster "f19"',
    'once more',
  ],
  [
    'eksctl',
    '[✖]  api error ExpiredTokenException: The security token included in the request is expired',
    '',
    'aws sso login',
  ],
  [
    'helm',
    '',
    'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress',
    'lbc-setup install-controller',
  ],
  [
    'helm',
    '',
    'Error: INSTALLATION FAILED: release name check failed: cannot reuse a name that is still in use',
    'lbc-setup install-controller',
  ],
  [
    'helm',
    '',
    'Error: INSTALLATION FAILED: cannot re-use a name that is still in use',
    'lbc-setup install-controller',
  ],
  ['helm', '', 'Error: release has no 0 version', 'lbc-setup install-controller'],
  [
    'helm',
    'Release aws-load-balancer-controller has been cancelled.',
    'Error: INSTALLATION FAILED: context canceled',
    'lbc-setup install-controller',
  ],
  [
    'kubectl',
    '',
    'Error from server (InternalError): error when creating "f.yaml": Internal error occurred: failed calling webhook "mservice.elbv2.k8s.aws": failed to call webhook: Post "https://aws-load-balancer-webhook-service.kube-system.svc:443/mutate-v1-service?timeout=10s": no endpoints available for service "aws-load-balancer-webhook-service"',
    'lbc-setup install-controller',
  ],
  [
    'kubectl',
    '',
    'Error from server (InternalError): Internal error occurred: failed calling webhook "vingress.elbv2.k8s.aws": failed to call webhook: tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "aws-load-balancer-controller-ca")',
    'rollout restart',
  ],
  [
    'kubectl',
    '',
    'Error from server (Forbidden): admission webhook "vingress.elbv2.k8s.aws" denied the request: invalid ingress class: IngressClass.networking.k8s.io "alb-ingress" not found',
    'lbc-setup deploy-sample alb',
  ],
  [
    'kubectl',
    '',
    'Error from server (Forbidden): admission webhook "mtargetgroupbinding.elbv2.k8s.aws" denied the request: couldn\'t determine TargetType: operation error Elastic Load Balancing v2: DescribeTargetGroups, https response error StatusCode: 400, RequestID: 1, TargetGroupNotFound: One or more target groups not found',
    'lbc-setup status',
  ],
  [
    'helm',
    '',
    'Error: unable to build kubernetes objects from release manifest: unable to recognize no matches for kind "IngressClassParams" in version "elbv2.k8s.aws/v1beta1"',
    'lbc-setup install-controller',
  ],
  [
    'kubectl',
    '',
    'Error from server (Forbidden): services "helloworld" is forbidden: unable to create new content in namespace sample because it is being terminated',
    'kubectl get namespaces',
  ],
  [
    'kubectl',
    '',
    'error: no AWS credentials were found\nUnable to connect to the server: getting credentials: exec: executable node failed with exit code 1',
    'aws sts get-caller-identity',
  ],
  ['kubectl', '', 'error: You must be logged in to the server (Unauthorized)', 'access entry'],
  [
    'eksctl',
    '',
    'Error: error creating Clientset: getting list of API resources for raw REST client: the server has asked for the client to provide credentials',
    'access entry',
  ],
  [
    'kubectl',
    '',
    'Error from server (Forbidden): pods is forbidden: User "arn:aws:iam::111122223333:user/dev" cannot list resource "pods" in API group "" in the namespace "kube-system"',
    'AmazonEKSClusterAdminPolicy',
  ],
  [
    'kubectl',
    '',
    'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'NO_PROXY',
  ],
  [
    'kubectl',
    '',
    'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
    'lbc-setup status',
  ],
  [
    'helm',
    '',
    'Error: Kubernetes cluster unreachable: Get "https://127.0.0.1:1/version": dial tcp 127.0.0.1:1: connect: connection refused',
    'lbc-setup status',
  ],
  [
    'kubectl',
    '',
    'Error from server (TooManyRequests): the server has received too many requests and has asked us to try again later',
    'wait a minute',
  ],
];

const denied = (service: string, operation: string, code: string, message: string) =>
  `operation error ${service}: ${operation}, https response error StatusCode: 403, RequestID: 1, api error ${code}: ${message}`;

/** A text, and what the explanation and the fix must contain. */
export const recordedReasons: [string, string, string][] = [
  [
    `FailedBuildModel: Failed build model due to operation error Elastic Load Balancing v2: DescribeLoadBalancers, get identity: get credentials: failed to refresh cached credentials, failed to retrieve credentials, ${denied('STS', 'AssumeRoleWithWebIdentity', 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity')}`,
    'IRSA',
    'lbc-setup iam',
  ],
  [
    'FailedBuildModel: Failed build model due to operation error Elastic Load Balancing v2: DescribeLoadBalancers, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, canceled, context deadline exceeded',
    'no role',
    'rollout restart',
  ],
  [
    `FailedDeployModel: Failed deploy model due to ${denied('Elastic Load Balancing v2', 'CreateLoadBalancer', 'AccessDenied', 'User: arn:aws:sts::111122223333:assumed-role/r/1 is not authorized to perform: elasticloadbalancing:CreateLoadBalancer on resource: *')}`,
    'the controller lacks the permission elasticloadbalancing:CreateLoadBalancer',
    'lbc-setup iam',
  ],
  [
    `FailedBuildModel: Failed build model due to ${denied('EC2', 'CreateSecurityGroup', 'UnauthorizedOperation', 'You are not authorized to perform this operation.')}`,
    'the controller lacks the permission ec2:CreateSecurityGroup',
    'ec2:CreateSecurityGroup',
  ],
  [
    `FailedReconcile: Failed reconcile due to ${denied('Elastic Load Balancing v2', 'RegisterTargets', 'AccessDenied', 'no')}`,
    'elasticloadbalancing:RegisterTargets',
    'lbc-setup iam',
  ],
  [
    'stack eksctl-x-cluster is ROLLBACK_COMPLETE: AWS::EC2::VPC VPC: User: arn:aws:iam::111122223333:user/dev is not authorized to perform: ec2:CreateVpc on resource: *',
    'the permission ec2:CreateVpc is missing',
    'have ec2:CreateVpc allowed',
  ],
  [
    "FailedBuildModel: Failed build model due to failed to list subnets by names or IDs: operation error EC2: DescribeSubnets, https response error StatusCode: 400, RequestID: 1, api error InvalidSubnetID.NotFound: The subnet ID 'subnet-1' does not exist",
    'does not exist',
    'annotation',
  ],
  [
    'FailedBuildModel: Failed build model due to unable to resolve at least one subnet. Evaluated 2 subnets: 0 are tagged for other clusters, and 2 have insufficient available IP addresses',
    'too few free addresses',
    'kubernetes.io/role/elb',
  ],
  [
    "FailedBuildModel: Failed build model due to couldn't auto-discover subnets: unable to resolve at least one subnet. Evaluated 0 subnets: 0 are tagged for other clusters, and 0 have insufficient available IP addresses",
    'no subnets',
    'aws ec2 create-tags',
  ],
  [
    "FailedBuildModel: Failed build model due to couldn't auto-discover subnets: subnets count less than minimal required count: 1 < 2",
    'two zones',
    'aws ec2 create-tags',
  ],
  [
    'FailedBuildModel: Failed build model due to subnets count less than minimal required count: 1 < 2',
    'an annotation names too few subnets',
    'alb.ingress.kubernetes.io/subnets',
  ],
  [
    "FailedBuildModel: Failed build model due to TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
    'instances',
    'target-type to ip',
  ],
  [
    'FailedNetworkReconcile: cannot resolve pod ENI for pods: [sample/helloworld-1]',
    'network interfaces of pods',
    '--aws-vpc-id',
  ],
  [
    'FailedDeployModel: Failed deploy model due to operation error Elastic Load Balancing v2: CreateTargetGroup, exceeded maximum number of attempts, 10, https response error StatusCode: 400, RequestID: 1, api error Throttling: Rate exceeded',
    'throttles',
    'by itself',
  ],
  [
    'Service shop/web: FailedBuildModel: Failed build model due to deletion_protection is enabled, cannot delete the service: web',
    'protected',
    'kubectl annotate service web --overwrite service.beta.kubernetes.io/aws-load-balancer-attributes=deletion_protection.enabled=false --namespace shop',
  ],
  [
    'FailedBuildModel: Failed build model due to deletion_protection is enabled, cannot delete the service: helloworld',
    'protected',
    'kubectl annotate service helloworld',
  ],
  [
    'FailedBuildModel: Failed build model due to deletion_protection is enabled, cannot delete the ingress: helloworld-alb',
    'protected',
    'kubectl annotate ingress helloworld-alb',
  ],
  ['deletion_protection is enabled', 'protected', 'deletion_protection.enabled=false'],
  [
    'FailedLoadGroupID: failed load groupID due to invalid ingress class: IngressClass.networking.k8s.io "alb-ingress" not found',
    'alb-ingress',
    'lbc-setup deploy-sample alb',
  ],
  [
    "FailedReconcile: Failed reconcile due to operation error EC2: AuthorizeSecurityGroupIngress, https response error StatusCode: 400, RequestID: 1, api error InvalidGroup.NotFound: The security group 'sg-1' does not exist",
    'deleted under it',
    'rollout restart',
  ],
  [
    'FailedDeployModel: Failed deploy model due to failed to delete securityGroup: timed out waiting for the condition: operation error EC2: DeleteSecurityGroup, https response error StatusCode: 400, RequestID: 1, api error DependencyViolation: resource sg-1 has a dependent object',
    'still uses',
    'wait some minutes',
  ],
  [
    'FailedNetworkReconcile: expected exactly one securityGroup tagged with kubernetes.io/cluster/lab for eni eni-1, got: [sg-a sg-b] (clusterName: lab)',
    'several security groups',
    'Key=kubernetes.io/cluster/lab',
  ],
  [
    '{"level":"error","ts":"2026-11-23T08:44:03Z","logger":"setup","msg":"unable to initialize AWS cloud","error":"failed to introspect region from EC2Metadata, specify --aws-region instead if EC2Metadata is unavailable: operation error ec2imds: GetRegion, canceled, context deadline exceeded"}',
    'not told its region or VPC',
    'kubectl rollout undo',
  ],
  [
    '{"level":"error","ts":"2026-11-23T08:44:03Z","logger":"setup","msg":"unable to initialize AWS cloud","error":"failed to get VPC ID: failed to fetch VPC ID from instance metadata: error in fetching vpc id through ec2 metadata: get mac metadata: operation error ec2imds: GetMetadata, canceled, context deadline exceeded"}',
    'not told its region or VPC',
    'lbc-setup install-controller',
  ],
  [
    '{"level":"error","ts":"2026-11-23T08:44:03Z","logger":"setup","msg":"unable to initialize AWS cloud","error":"failed to get VPC ID: no VPC exists with tags map[Name:nosuch]"}',
    'by tags',
    'lbc-setup install-controller',
  ],
  ['kubernetes cluster name must be specified', 'name of its cluster', 'lbc-setup install-controller'],
  [
    'FailedBuildModel: Failed build model due to unknown scheme: public',
    'annotation',
    'lbc-setup deploy-sample',
  ],
  [
    'FailedBuildModel: Failed build model due to ingress: sample/bad5: unable to find port 81 on service sample/helloworld',
    'annotation or a port',
    'lbc-setup deploy-sample',
  ],
  [
    'pod x: Your AWS account is currently blocked and thus cannot launch any Fargate pods',
    'blocked',
    'AWS Support',
  ],
  [
    'pod x: Your AWS account has reached the limit on the number of Fargate pods it can run concurrently',
    'Fargate quota',
    'L-3032A538',
  ],
  ['pod x: Pod provisioning timed out (will retry) for pod: kube-system/x', 'in time', 'kubectl delete pod'],
  [
    'profile fp-default: Fargate Profile creation for the Availability Zone us-east-1e is not supported',
    'us-east-1e',
    '--region',
  ],
  [
    'pod x: 0/2 nodes are available: 2 node(s) had untolerated taint {eks.amazonaws.com/compute-type: fargate}. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    'older than its Fargate profile',
    'lbc-setup cluster',
  ],
  [
    'pod x: 0/2 nodes are available: 2 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    'older than its Fargate profile',
    'lbc-setup cluster',
  ],
  ['pod x: no nodes available to schedule pods', 'no profile selects its namespace', 'lbc-setup cluster'],
  [
    "pod x: 0/2 nodes are available: 2 node(s) had taint {eks.amazonaws.com/compute-type: fargate}, that the pod didn't tolerate",
    'older than its Fargate profile',
    'lbc-setup cluster',
  ],
  [
    'stack eksctl-x-cluster is ROLLBACK_COMPLETE: AWS::EC2::EIP NATIP: The maximum number of addresses has been reached.',
    'Elastic IP',
    'L-0263D0A3',
  ],
  ['AWS::EC2::VPC VPC: The maximum number of VPCs has been reached.', 'VPC', 'L-F678F1CE'],
  [
    'AWS::EC2::InternetGateway InternetGateway: The maximum number of internet gateways has been reached.',
    'internet gateway',
    'L-A4707A72',
  ],
  [
    'AWS::EC2::NatGateway NATGateway: NatGatewayLimitExceeded: The maximum number of NAT Gateways has been reached.',
    'NAT gateway',
    'L-FE5A380F',
  ],
  [
    'FailedDeployModel: Failed deploy model due to operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: 400, RequestID: 1, TooManyLoadBalancers: The maximum number of load balancers has been reached',
    'load balancer',
    'L-69A177A2',
  ],
  [
    'FailedDeployModel: Failed deploy model due to operation error Elastic Load Balancing v2: CreateTargetGroup, https response error StatusCode: 400, RequestID: 1, TooManyTargetGroups: no',
    'target group',
    'L-B22855CB',
  ],
  [
    'FailedNetworkReconcile: operation error EC2: AuthorizeSecurityGroupIngress, https response error StatusCode: 400, RequestID: 1, api error RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached.',
    'rule',
    'L-0EA8095F',
  ],
  [
    'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100',
    'all 100 IAM OIDC providers',
    'aws iam list-open-id-connect-providers',
  ],
  [
    'pod x: ImagePullBackOff: Back-off pulling image "registry.invalid/x:1"',
    'cannot be pulled',
    '--sample-image',
  ],
  [
    'pod x: CrashLoopBackOff: back-off 5m0s restarting failed container=x pod=x',
    'again and again',
    'kubectl logs --previous',
  ],
  ['target 192.168.1.2 is initial (Elb.InitialHealthChecking)', 'still checking', 'lbc-setup verify'],
  ['target 192.168.1.2 is unhealthy (Elb.InternalError)', 'of its own', 'lbc-setup verify'],
  [
    'target 192.168.1.2 is unhealthy (Target.Timeout: Request timed out)',
    'do not answer',
    'targetgroupbindings',
  ],
  [
    'target 192.168.1.2 is unhealthy (Target.FailedHealthChecks: Health checks failed)',
    'wrongly',
    '--sample-image',
  ],
  [
    'target 192.168.1.2 is unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [404])',
    'wrongly',
    '/health',
  ],
  ['target 192.168.1.2 is unused (Target.NotInUse)', 'does not use', 'targetgroupbindings'],
  ['no targets are registered yet', 'no pod', 'kubectl get pods'],
  [
    'Namespace sample is being deleted: Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1',
    'metrics.k8s.io/v1beta1',
    'kubectl delete apiservice v1beta1.metrics.k8s.io',
  ],
  [
    'Service helloworld is being deleted, held by service.k8s.aws/resources',
    'waits for the controller',
    'lbc-setup install-controller',
  ],
];
