import type { ToolName } from '../tools/tool.ts';
import type { Explanation } from './user-error.ts';

/** How a message of an external program is explained. */
interface ToolErrorRow {
  readonly tool: ToolName | 'any';
  /** Looked for in both output streams. */
  readonly message: RegExp;
  readonly explanation: Omit<Explanation, 'why'>;
}

const again = 'run the same command once more; it continues where it stopped';

/**
 * Messages of eksctl, helm and kubectl, as recorded from the real programs, and what to do about each. The first row
 * that fits is used. What AWS said through a program (`api error CODE: …`) is in the table of AWS codes, and what it said
 * about an object is in the table of reasons.
 */
export const toolErrors: readonly ToolErrorRow[] = [
  {
    tool: 'eksctl',
    message: /invalid version, .* supported values/,
    explanation: {
      what: 'EKS does not offer this Kubernetes version',
      fix: 'choose one of the supported values with --kubernetes-version',
    },
  },
  {
    tool: 'eksctl',
    message: /describing cluster versions: .*AccessDenied/,
    explanation: {
      what: 'the credentials lack the permission eks:DescribeClusterVersions, without which eksctl does nothing',
      fix: `have eks:DescribeClusterVersions allowed for this identity, then ${again}`,
    },
  },
  {
    tool: 'eksctl',
    message: /AlreadyExistsException/,
    explanation: {
      what: 'a CloudFormation stack of this name exists already',
      fix: 'lbc-setup status, to see what is there; a stack in progress is waited for by lbc-setup up',
    },
  },
  {
    tool: 'eksctl',
    message: /creating OIDC provider: .*EntityAlreadyExists/,
    explanation: {
      what: 'the IAM OIDC provider of the cluster was made meanwhile',
      fix: 'lbc-setup cluster, which uses the one that is there',
    },
  },
  {
    tool: 'eksctl',
    message: /unable to create iamserviceaccount\(s\) without IAM OIDC provider enabled/,
    explanation: { what: 'the cluster has no IAM OIDC provider', fix: 'lbc-setup cluster' },
  },
  {
    tool: 'eksctl',
    message: /connecting to issuer OIDC: .*no such host/,
    explanation: {
      what: "the cluster's OIDC issuer cannot be reached",
      fix: `check the network and HTTPS_PROXY, then ${again}`,
      transient: true,
    },
  },
  {
    tool: 'eksctl',
    message: /connecting to issuer OIDC: .*certificate signed by unknown authority/,
    explanation: {
      what: "the certificate of the cluster's OIDC issuer is not trusted by eksctl",
      fix: "if a company's proxy stands between, name its CA certificate in SSL_CERT_FILE, which eksctl reads; then lbc-setup cluster",
    },
  },
  {
    tool: 'eksctl',
    message: /either account is not authorized to use Fargate or region .* is not supported/,
    explanation: {
      what: 'Fargate profiles cannot be created',
      fix: 'allow eks:CreateFargateProfile and iam:PassRole for this identity, then lbc-setup cluster',
    },
  },
  {
    tool: 'eksctl',
    message: /Cannot create Fargate Profile .* because cluster .* currently has Fargate profile .* in status/,
    explanation: {
      what: 'another Fargate profile of the cluster is being made or deleted; EKS does one at a time',
      fix: 'lbc-setup cluster in a minute or two',
    },
  },
  {
    tool: 'eksctl',
    message: /A Fargate Profile already exists with this name in this cluster/,
    explanation: {
      what: 'the Fargate profile was made meanwhile',
      fix: 'lbc-setup cluster, which looks whether it fits',
    },
  },
  {
    tool: 'eksctl',
    message: /InvalidRequestException[\s\S]*deletion ?protection/i,
    explanation: {
      what: 'the cluster is protected from deletion',
      fix: 'aws eks update-cluster-config --name CLUSTER --no-deletion-protection, then lbc-setup teardown',
    },
  },
  {
    tool: 'eksctl',
    message: /deadline surpassed waiting for AWS load balancers to be deleted/,
    explanation: {
      what: 'load balancers of the cluster are left, and nothing removes them any more',
      fix: 'lbc-setup teardown once more: it removes them itself',
    },
  },
  {
    tool: 'eksctl',
    message: /cannot list Kubernetes Services/,
    explanation: {
      what: "eksctl cannot reach the cluster's API, and so cannot delete what is in it",
      fix: 'check that this machine may reach the endpoint (lbc-setup status), then lbc-setup teardown',
    },
  },
  {
    tool: 'eksctl',
    message:
      /waiter state transitioned to Failure|unexpected status "\w+_(?:FAILED|COMPLETE)" while waiting|exceeded max wait time for Stack/,
    explanation: {
      what: 'a CloudFormation stack did not come to its end',
      fix: 'lbc-setup status, which tells the first resource that failed; then the same command once more',
    },
  },
  {
    tool: 'eksctl',
    message: /timed out waiting for control plane/,
    explanation: {
      what: "the cluster's API did not answer eksctl in time",
      fix: 'lbc-setup cluster, which goes on from what is there',
    },
  },
  {
    tool: 'eksctl',
    message: /panic: |nil pointer dereference/,
    explanation: {
      what: 'eksctl itself failed',
      fix: 'lbc-setup status, to see what is there; lbc-setup teardown works without eksctl where that cannot',
    },
  },
  {
    tool: 'eksctl',
    message: /failed to refresh cached credentials|AWS Region must be set/,
    explanation: {
      what: 'eksctl finds no AWS credentials or no region, although lbc-setup did',
      fix: 'set AWS_PROFILE, or put credentials into the environment: eval "$(aws configure export-credentials --format env)"',
    },
  },
  {
    tool: 'eksctl',
    message: /request send failed|exceeded maximum number of attempts/,
    explanation: {
      what: 'AWS cannot be reached by eksctl, or answers too slowly',
      fix: `check the network, HTTPS_PROXY and AWS_ENDPOINT_URL, then ${again}`,
      transient: true,
    },
  },
  {
    tool: 'helm',
    message:
      /another operation \(install\/upgrade\/rollback\) is in progress|cannot re-?use a name that is still in use/,
    explanation: {
      what: 'another helm is working on the release, or was killed while it did',
      fix: 'lbc-setup install-controller once more: it clears a release that nobody works on',
    },
  },
  {
    tool: 'helm',
    message: /release has no 0 version/,
    explanation: {
      what: 'the first installation of the release was cut off, so there is nothing to go back to',
      fix: 'lbc-setup install-controller, which removes it and installs it again',
    },
  },
  {
    tool: 'helm',
    message: /context canceled|has been cancelled/,
    explanation: {
      what: 'helm was interrupted',
      fix: 'lbc-setup install-controller, which goes on from there',
    },
  },
  {
    tool: 'any',
    message: /no endpoints available for service "aws-load-balancer-webhook-service"/,
    explanation: {
      what: "the controller's webhook is not answering, so the cluster refuses new Services and Ingresses",
      fix: 'lbc-setup install-controller, which waits until the webhook answers',
      transient: true,
    },
  },
  {
    tool: 'any',
    message: /certificate signed by unknown authority.*aws-load-balancer-controller-ca/,
    explanation: {
      what: "the controller's webhook still shows its old certificate; it takes a minute or two to load the new one",
      fix: 'run the same command once more in two minutes, or: kubectl rollout restart deployment aws-load-balancer-controller --namespace kube-system',
      transient: true,
    },
  },
  {
    tool: 'any',
    message: /admission webhook "vingress\.elbv2\.k8s\.aws" denied the request: invalid ingress class/,
    explanation: {
      what: "the IngressClass is gone, and the controller's webhook refuses the Ingress without it",
      fix: 'lbc-setup deploy-sample alb, which makes the class again',
    },
  },
  {
    tool: 'any',
    message: /admission webhook "[vm]targetgroupbinding\.elbv2\.k8s\.aws" denied the request/,
    explanation: {
      what: "the controller's webhook refuses the TargetGroupBinding",
      fix: 'lbc-setup status, to see what its target group is bound to',
    },
  },
  {
    tool: 'any',
    message: /no matches for kind "(IngressClassParams|TargetGroupBinding)"/,
    explanation: { what: "the controller's CRDs are not installed", fix: 'lbc-setup install-controller' },
  },
  {
    tool: 'any',
    message: /unable to create new content in namespace \S+ because it is being terminated/,
    explanation: {
      what: 'the namespace is still being deleted',
      fix: 'wait until "kubectl get namespaces" shows it no more, then run the same command again',
    },
  },
  {
    tool: 'any',
    message: /getting credentials: exec:/,
    explanation: {
      what: 'no credentials for the cluster could be made',
      fix: 'check the AWS credentials: aws sts get-caller-identity',
    },
  },
  {
    tool: 'any',
    message: /You must be logged in to the server|the server has asked for the client to provide credentials/,
    explanation: {
      what: 'the cluster does not know this AWS identity',
      fix: 'use the identity that made the cluster, or have it give your role an access entry: lbc-setup cluster --admin-role-arn ROLE-ARN',
    },
  },
  {
    tool: 'any',
    message: /Error from server \(Forbidden\)|is forbidden: User "/,
    explanation: {
      what: 'the cluster knows this AWS identity, but does not allow it this',
      fix: 'have it given the access policy AmazonEKSClusterAdminPolicy: aws eks associate-access-policy',
    },
  },
  {
    tool: 'any',
    message: /tls: failed to verify certificate|x509: certificate/,
    explanation: {
      what: "the certificate of the cluster's API is not the one that EKS told",
      fix: 'check what stands between this machine and the cluster (HTTPS_PROXY); NO_PROXY=.eks.amazonaws.com goes past a proxy',
    },
  },
  {
    tool: 'any',
    // A refused, cut or silent connection, an API server that restarts, a name that DNS does not know yet.
    message:
      /was refused|connection refused|connection reset|kubernetes cluster unreachable|TLS handshake timeout|i\/o timeout|no such host|: EOF$|unexpected EOF|http2: client connection lost|Client\.Timeout exceeded|apiserver is shutting down|the server is currently unable to handle the request|etcdserver: |\(ServiceUnavailable\)/im,
    explanation: {
      what: "the cluster's API does not answer",
      fix: 'check that this machine may reach the endpoint (lbc-setup status), then run the same command once more',
      transient: true,
    },
  },
  {
    tool: 'any',
    message: /Too Many Requests|\(TooManyRequests\)/,
    explanation: {
      what: "the cluster's API limits the rate of calls",
      fix: `wait a minute, then ${again}`,
      transient: true,
    },
  },
];
