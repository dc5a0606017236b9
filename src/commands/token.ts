import { type ClusterTokenInput, createClusterToken } from '../aws/cluster-token.ts';
import { preferProfile } from '../aws/prefer-profile.ts';
import { explain } from '../errors/explain.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { formatError } from '../output/format-error.ts';
import { printJson, printMessage } from '../output/streams.ts';

/**
 * `lbc-setup token`: prints a token for the Kubernetes API as an ExecCredential (client.authentication.k8s.io/v1).
 * kubectl shows stderr to the user when this fails.
 */
export async function printToken(input: ClusterTokenInput): Promise<ExitCode> {
  try {
    preferProfile(input.profile);
    const { token, expires } = await createClusterToken(input);
    const expirationTimestamp = new Date(expires).toISOString().replace(/\.\d+/, '');
    printJson({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { expirationTimestamp, token },
    });
    return exitCodes.done;
  } catch (error) {
    printMessage(formatError(explain(error)));
    return exitCodes.failed;
  }
}
