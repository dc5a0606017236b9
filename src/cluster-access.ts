import { join } from 'node:path';
import { stringify } from 'yaml';
import { type ClusterToken, createClusterToken } from './aws/cluster-token.ts';
import { temporaryFolder, writePrivateFile } from './files.ts';
import { type KubeconfigInput, kubeconfigFor } from './kubeconfig.ts';

/** A token is replaced when it has less than this left, in milliseconds: longer than any one run of a program. */
const margin = 7 * 60_000;

/**
 * The kubeconfig of the programs that this process starts, with a token in it. Those that it keeps for people get a token
 * by running this tool, which for each of a hundred runs of kubectl would take longer than kubectl.
 *
 * The file is for its owner only, and goes when the process ends; the token in it is good for 14 minutes at the most.
 */
export function createClusterAccess(): (input: KubeconfigInput) => Promise<string> {
  let path: string | undefined;
  let written: string | undefined;
  let made: Promise<ClusterToken> | undefined;
  return async (input) => {
    const known = await made?.catch(() => undefined);
    if (!known || known.expires - Date.now() < margin) {
      made = createClusterToken({ ...input, cluster: input.cluster.name ?? '' });
    }
    const { token } = await (made as Promise<ClusterToken>);
    const text = stringify(kubeconfigFor({ ...input, token }));
    path ??= join(temporaryFolder(), 'kubeconfig');
    if (text !== written) await writePrivateFile(path, text);
    written = text;
    return path;
  };
}
