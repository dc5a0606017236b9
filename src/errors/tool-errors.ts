import type { ToolName } from '../tools/tool.ts';
import type { Explanation } from './user-error.ts';

/** How a message of an external program is explained. */
interface ToolErrorRow {
  readonly tool: ToolName | 'any';
  /** Looked for in both output streams. */
  readonly message: RegExp;
  readonly explanation: Omit<Explanation, 'why'>;
}

/** Messages of eksctl, helm and kubectl, as recorded from the real programs, and what to do about each. */
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
    message: /AlreadyExistsException/,
    explanation: {
      what: 'a CloudFormation stack of this name exists already',
      fix: 'lbc-setup status, to see what is there; a stack in progress is waited for by lbc-setup up',
    },
  },
  {
    tool: 'eksctl',
    message: /unable to create iamserviceaccount\(s\) without IAM OIDC provider enabled/,
    explanation: { what: 'the cluster has no IAM OIDC provider', fix: 'lbc-setup cluster' },
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
    tool: 'helm',
    message: /another operation \(install\/upgrade\/rollback\) is in progress/,
    explanation: {
      what: 'another helm is working on the release, or was killed while it did',
      fix: 'lbc-setup install-controller once more: it clears a release that nobody works on',
    },
  },
  {
    tool: 'any',
    message: /no endpoints available for service "aws-load-balancer-webhook-service"/,
    explanation: {
      what: "the controller's webhook is not answering, so the cluster refuses new Services and Ingresses",
      fix: 'lbc-setup install-controller, which waits until the webhook answers',
    },
  },
  {
    tool: 'any',
    message: /no matches for kind "(IngressClassParams|TargetGroupBinding)"/,
    explanation: { what: "the controller's CRDs are not installed", fix: 'lbc-setup install-controller' },
  },
  {
    tool: 'any',
    message: /You must be logged in to the server|the server has asked for the client to provide credentials/,
    explanation: {
      what: 'the cluster does not know this AWS identity',
      fix: 'use the identity that created the cluster, or give yours an access entry (aws eks create-access-entry)',
    },
  },
  {
    tool: 'any',
    message:
      /was refused - did you specify the right host or port|kubernetes cluster unreachable|TLS handshake timeout|i\/o timeout/,
    explanation: {
      what: "the cluster's API does not answer",
      fix: 'check that this machine may reach the endpoint (lbc-setup status), then run the same command once more',
    },
  },
  {
    tool: 'eksctl',
    message: /ExpiredToken/,
    explanation: {
      what: 'the AWS credentials have expired',
      fix: 'sign in again ("aws sso login"), then run the same command once more; it continues where it stopped',
    },
  },
];
