import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { findForeignController } from '../adoption/foreign-controller.ts';
import { isOurs } from '../ownership.ts';
import { controllerNamespace } from '../pins.ts';
import { stsAudience } from './associate-oidc-provider.ts';
import { inCluster } from './in-cluster.ts';
import { type Step, state } from './step.ts';

/**
 * Step 3 of the walkthrough: the controller can act in AWS. Its pods are Ready even when it cannot, so the way that
 * they get credentials is gone here once: ServiceAccount token, role, one Describe call.
 */
export const proveIrsa: Step = {
  id: 'irsa',
  title: "Prove that the controller's role works",
  subject: 'Role of the controller, tried',
  command: 'install-controller',
  needs: ['service-account'],
  // IAM takes some seconds to know a new role and provider everywhere.
  deadline: 180,
  check: inCluster(async (context) => {
    const { aws, kubectl, config } = context;
    const account = await kubectl.get('ServiceAccount', config.serviceAccount, controllerNamespace);
    const RoleArn = account?.metadata.annotations?.['eks.amazonaws.com/role-arn'];
    const controller = isOurs(config, account?.metadata.labels)
      ? undefined
      : await findForeignController(context);
    if (controller) return state.adopted(`left to ${controller.evidence}: the samples will tell`);
    if (!RoleArn) return state.absent('the ServiceAccount has no role', 'lbc-setup iam');
    try {
      const token = await kubectl.token(config.serviceAccount, controllerNamespace, stsAudience);
      const { Credentials, AssumedRoleUser } = await aws.sts.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn,
          RoleSessionName: 'lbc-setup',
          WebIdentityToken: token,
        }),
      );
      const credentials = {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken,
      };
      const elb = aws.elbAs(credentials, AssumedRoleUser?.Arn ?? RoleArn);
      await elb.send(new DescribeLoadBalancersCommand({ PageSize: 1 }));
      return state.ready(`${RoleArn.split('/').at(-1)} may describe load balancers`);
    } catch (error) {
      if (!(error instanceof Error) || !refusals.has(error.name)) throw error;
      return state.pending(`${error.name}: ${error.message}`);
    }
  }),
  async apply() {
    // Nothing to do but wait until IAM has caught up.
  },
};

/** What STS and ELB answer while IAM has not caught up, and for ever when trust or policy are wrong. */
const refusals = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'InvalidIdentityToken',
  'InvalidIdentityTokenException',
  'UnauthorizedOperation',
]);
