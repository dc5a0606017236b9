import { TagResourceCommand } from '@aws-sdk/client-eks';
import { requireOperable } from '../aws/cluster.ts';
import { createOidcManager } from '../aws/identity-provider.ts';
import { stackTags } from '../aws/stacks.ts';
import { wrap } from '../failure.ts';
import type { Session } from '../session.ts';
import { openTarget } from './target.ts';

/** `eksctl utils associate-iam-oidc-provider` (facts/eksctl.md §5, transcripts/eksctl/c0 … c5). */
export async function associateOidc(session: Session): Promise<void> {
  const { log, args } = session;
  const { existing } = await openTarget(session, { clusterFlag: 'cluster' });
  requireOperable(existing);
  const { cluster, region, clients } = existing;
  const oidc = createOidcManager(session, existing);
  const where = `cluster "${cluster.name}" in "${region}"`;
  if (await oidc.exists()) {
    log.info(`IAM Open ID Connect provider is already associated with ${where}`);
    return;
  }
  const approved = args.bool('approve');
  log.info(`${approved ? 'will' : '(plan) would'} create IAM Open ID Connect provider for ${where}`);
  if (!approved) {
    log.warning("no changes were applied, run again with '--approve' to apply the changes");
    return;
  }
  await oidc.create();
  log.success(`created IAM Open ID Connect provider for ${where}`);
  await clients.eks
    .send(new TagResourceCommand({ resourceArn: cluster.arn, tags: { [stackTags.oidcEnabled]: 'true' } }))
    .catch((error: unknown) => {
      throw wrap('error tagging EKS cluster with OIDC tag', error);
    });
}
