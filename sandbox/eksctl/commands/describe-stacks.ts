import { notEmulated } from '../failure.ts';
import type { Session } from '../session.ts';
import { openTarget } from './target.ts';

/** `eksctl utils describe-stacks`: no help once the cluster is gone (transcripts/eksctl/h7-describe-stacks.txt). */
export async function describeStacks(session: Session): Promise<void> {
  await openTarget(session, { clusterFlag: 'cluster' });
  throw notEmulated('the listing of "eksctl utils describe-stacks"');
}
