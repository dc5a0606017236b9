import type { GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import { notAws } from '../errors/aws-errors.ts';
import { UserError } from '../errors/user-error.ts';

/** Who the credentials belong to. */
export interface Identity {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, …: the second field of every ARN. */
  readonly partition: string;
}

/**
 * Reads the answer of STS GetCallerIdentity. The partition is the ARN's: a region's name does not tell it.
 *
 * @throws UserError when it is not such an answer: the SDK makes an empty one of any page with status 200
 */
export function parseIdentity({
  Account: account,
  Arn: arn,
}: Pick<GetCallerIdentityCommandOutput, 'Account' | 'Arn'>): Identity {
  const partition = /^arn:(aws[a-z-]*):(?:sts|iam)::\d{12}:\S+$/.exec(arn ?? '')?.[1];
  if (arn && partition && account && /^\d{12}$/.test(account)) return { account, arn, partition };
  throw new UserError(
    notAws(
      `sts:GetCallerIdentity was answered with account ${JSON.stringify(account)}, ARN ${JSON.stringify(arn)}`,
    ),
  );
}
