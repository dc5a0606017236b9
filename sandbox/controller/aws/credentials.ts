import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { ProgramContext } from '../../kubernetes/programs/program.ts';
import { AwsFailure, CredentialsFailure, failureCode } from './failure.ts';
import { metadataFailure } from './instance-metadata.ts';

/** Seconds before expiry at which fresh credentials are fetched. */
const margin = 300;

/**
 * The controller's credentials, exactly from what its pod has: keys in its environment, else a role and a mounted
 * token (IRSA), else instance metadata, which a Fargate pod does not reach (facts/lbc.md §5).
 */
export function podCredentials(
  context: ProgramContext,
  region: string,
  maxAttempts: number,
): AwsCredentialIdentityProvider {
  const { env } = context;
  let known: AwsCredentialIdentity | undefined;
  let pending: Promise<AwsCredentialIdentity> | undefined;
  const fetch = async (): Promise<AwsCredentialIdentity> => {
    if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) {
      return {
        accessKeyId: env.AWS_ACCESS_KEY_ID,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
        sessionToken: env.AWS_SESSION_TOKEN,
      };
    }
    if (env.AWS_ROLE_ARN && env.AWS_WEB_IDENTITY_TOKEN_FILE) {
      return assumeRole(context, region, maxAttempts, env.AWS_ROLE_ARN, env.AWS_WEB_IDENTITY_TOKEN_FILE);
    }
    const cause = await metadataFailure(context, 'GetMetadata');
    throw new CredentialsFailure(`failed to refresh cached credentials, no EC2 IMDS role found, ${cause}`);
  };
  const fresh = (identity: AwsCredentialIdentity): boolean =>
    (identity.expiration?.getTime() ?? Number.POSITIVE_INFINITY) >
    context.world.clock.now().getTime() + margin * 1000;
  return async () => {
    if (known !== undefined && fresh(known)) return known;
    // Everybody who asks meanwhile waits for the same answer.
    pending ??= fetch().finally(() => {
      pending = undefined;
    });
    known = await pending;
    return known;
  };
}

async function assumeRole(
  context: ProgramContext,
  region: string,
  maxAttempts: number,
  roleArn: string,
  tokenFile: string,
): Promise<AwsCredentialIdentity> {
  const token = await context.readFile(tokenFile);
  if (token === undefined) {
    throw new CredentialsFailure(
      `failed to refresh cached credentials, failed to retrieve jwt from provide source, unable to read file at ${tokenFile}: open ${tokenFile}: no such file or directory`,
    );
  }
  const client = new STSClient({ region, endpoint: context.world.aws.endpoint, maxAttempts: 1 });
  try {
    const { Credentials: keys } = await withRetries(context, maxAttempts, () =>
      client.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: roleArn,
          RoleSessionName: `${context.world.clock.now().getTime()}000000`,
          WebIdentityToken: token,
        }),
      ),
    );
    return {
      accessKeyId: keys?.AccessKeyId ?? '',
      secretAccessKey: keys?.SecretAccessKey ?? '',
      sessionToken: keys?.SessionToken,
      expiration: keys?.Expiration,
    };
  } finally {
    client.destroy();
  }
}

/**
 * An unknown OIDC provider is retried inside the SDK with back-off, silently: in the recording five times in twelve
 * seconds (facts/lbc.md §5, "no OIDC provider").
 */
async function withRetries<T>(
  context: ProgramContext,
  maxAttempts: number,
  call: () => Promise<T>,
): Promise<T> {
  const { clock } = context.world;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const spent = attempt >= maxAttempts;
      const last = new AwsFailure(
        'STS',
        'AssumeRoleWithWebIdentity',
        withAttempts(error, attempt),
        spent ? attempt : 0,
      );
      if (failureCode(last) !== 'InvalidIdentityToken' || spent) {
        throw new CredentialsFailure(
          `failed to refresh cached credentials, failed to retrieve credentials, ${last.message}`,
        );
      }
      await clock.sleep(Math.min(2 ** attempt, 20) * 0.5, context.signal);
    }
  }
}

function withAttempts(error: unknown, attempts: number): unknown {
  const metadata = (error as { $metadata?: { attempts?: number } }).$metadata;
  if (metadata !== undefined) metadata.attempts = attempts;
  return error;
}
