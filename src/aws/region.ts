import { STSClient } from '@aws-sdk/client-sts';
import { UsageError } from '../errors/user-error.ts';

/**
 * The region of the AWS configuration: AWS_REGION, AWS_DEFAULT_REGION (which the AWS CLI and eksctl read too), then
 * the profile's.
 *
 * @throws UsageError when there is none
 */
export async function configuredRegion(profile: string | undefined): Promise<string> {
  const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  if (region) return region;
  try {
    return await new STSClient({ profile }).config.region();
  } catch (error) {
    throw new UsageError({
      what: 'no AWS region is set',
      why: (error as Error).message,
      fix: 'add --region, for example --region ap-northeast-1',
    });
  }
}
