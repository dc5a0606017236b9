import { requireOperable } from '../aws/cluster.ts';
import { wrap } from '../failure.ts';
import { writeKubeconfig as write } from '../kubernetes/kubeconfig.ts';
import type { Session } from '../session.ts';
import { openTarget } from './target.ts';

/** `eksctl utils write-kubeconfig` (transcripts/eksctl/e6-write-kubeconfig.txt). */
export async function writeKubeconfig(session: Session): Promise<void> {
  const { args, environment, log } = session;
  const { existing } = await openTarget(session, { clusterFlag: 'cluster' });
  requireOperable(existing);
  const file = args.string('kubeconfig') || environment.kubeconfig;
  await write(session, file, existing).catch((error: unknown) => {
    throw wrap('writing kubeconfig', error);
  });
  log.success(`saved kubeconfig as "${file}"`);
}
