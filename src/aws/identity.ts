import type { GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';

/** Who the credentials belong to. */
export interface Identity {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, …: the second field of every ARN. */
  readonly partition: string;
}

/** Reads the answer of STS GetCallerIdentity. The partition is the ARN's: a region's name does not tell it. */
export function parseIdentity({ Account, Arn }: GetCallerIdentityCommandOutput): Identity {
  const partition = Arn?.split(':')[1];
  if (!Account || !Arn || !partition) throw new Error(`unexpected answer of sts:GetCallerIdentity: ${Arn}`);
  return { account: Account, arn: Arn, partition };
}
