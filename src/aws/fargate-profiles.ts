import {
  DescribeFargateProfileCommand,
  type FargateProfile,
  paginateListFargateProfiles,
} from '@aws-sdk/client-eks';
import type { Context } from '../context.ts';
import { orAbsent } from './absent.ts';

/** The names of the Fargate profiles of this run's cluster, whoever made them. */
export async function listFargateProfiles({ aws, config }: Context): Promise<string[]> {
  const names: string[] = [];
  const pages = paginateListFargateProfiles({ client: aws.eks }, { clusterName: config.cluster });
  for await (const page of pages) names.push(...(page.fargateProfileNames ?? []));
  return names;
}

/** A Fargate profile, or undefined when there is none of this name. */
export async function describeFargateProfile(
  { aws, config }: Context,
  fargateProfileName: string,
): Promise<FargateProfile | undefined> {
  const answer = await orAbsent(
    aws.eks.send(new DescribeFargateProfileCommand({ clusterName: config.cluster, fargateProfileName })),
    'ResourceNotFoundException',
  );
  return answer?.fargateProfile;
}

/** All of them; one that was deleted meanwhile is none. */
export async function describeFargateProfiles(context: Context): Promise<FargateProfile[]> {
  const names = await listFargateProfiles(context);
  const profiles = await Promise.all(names.map((name) => describeFargateProfile(context, name)));
  return profiles.filter((one) => one !== undefined);
}
