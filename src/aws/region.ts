import { STSClient } from '@aws-sdk/client-sts';
import { partition } from '@aws-sdk/core/client';
import { settings } from '../config/settings.ts';
import { isTransient } from '../errors/explain.ts';
import { UsageError } from '../errors/user-error.ts';

/**
 * The region of the AWS configuration: AWS_REGION, AWS_DEFAULT_REGION (which the AWS CLI and eksctl read too), then
 * the profile's.
 *
 * @throws UsageError when there is none, or what is set cannot be a region
 */
export async function configuredRegion(profile: string | undefined): Promise<string> {
  const [variable, region] = regionVariables
    .map((name) => [name, process.env[name]] as const)
    .find(([, value]) => value) ?? ['the region of the profile', await profileRegion(profile)];
  if (region && settings.region.pattern.test(region)) return region;
  throw new UsageError({
    what: `${variable}: ${JSON.stringify(region)} cannot be used`,
    why: `an AWS region is wanted: ${settings.region.accepts}`,
    fix: 'correct it, or add --region, for example --region ap-northeast-1',
  });
}

const regionVariables = ['AWS_REGION', 'AWS_DEFAULT_REGION'];

async function profileRegion(profile: string | undefined): Promise<string> {
  // Unlike the AWS CLI the SDK takes an empty one for a region.
  for (const name of regionVariables) delete process.env[name];
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

/**
 * What a failed first call means: nobody answers in a region that does not exist. A region that the SDK does not know may
 * still be a new one, so AWS is asked first.
 */
export function explainNoAnswer(error: unknown, region: string): unknown {
  const known = 'description' in partition(region);
  if (known || !isTransient(error)) return error;
  return new UsageError({
    what: `there is no AWS region ${region}`,
    why: `it is in no list of regions, and nobody answers for it: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
    fix: 'use a region that exists: aws ec2 describe-regions --region us-east-1 --query "Regions[].RegionName"',
  });
}
