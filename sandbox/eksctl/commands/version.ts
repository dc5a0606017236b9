import { notEmulated } from '../failure.ts';
import type { Session } from '../session.ts';
import { release } from '../version.ts';

/** `eksctl version` (transcripts/eksctl/a1, a2; a release build carries no pre-release id). */
export async function version({ args, print }: Session): Promise<void> {
  const output = args.string('output');
  if (output === 'json')
    print(
      `${JSON.stringify({ Version: release, PreReleaseID: '', Metadata: { BuildDate: '', GitCommit: '' } })}\n`,
    );
  else if (output === '') print(`${release}\n`);
  else throw notEmulated(`version -o ${output}`);
}
