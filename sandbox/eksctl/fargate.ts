import {
  CreateFargateProfileCommand,
  DeleteFargateProfileCommand,
  DescribeFargateProfileCommand,
  type FargateProfile as EksFargateProfile,
  paginateListFargateProfiles,
} from '@aws-sdk/client-eks';
import type { AwsClients } from './aws/clients.ts';
import { errorCode, isAccessDenied } from './aws/errors.ts';
import type { ClusterConfig, FargateProfile } from './config/types.ts';
import { Failure, messageOf, wrap } from './failure.ts';
import type { Session } from './session.ts';

/** The names of a cluster's Fargate profiles. */
export async function listFargateProfiles({ eks }: AwsClients, clusterName: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListFargateProfiles({ client: eks }, { clusterName }))
    names.push(...(page.fargateProfileNames ?? []));
  return names;
}

/** One profile. Throws Failure `failed to get Fargate profile "x": …`. */
export async function describeFargateProfile(
  { eks }: AwsClients,
  clusterName: string,
  name: string,
): Promise<EksFargateProfile> {
  const { fargateProfile = {} } = await eks
    .send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName: name }))
    .catch((error: unknown) => {
      throw wrap(`failed to get Fargate profile "${name}"`, error);
    });
  return fargateProfile;
}

/** Polls with pauses of 1, 2, 4 … s up to `--timeout` in all. Throws Failure. */
async function pollDoubling(
  { clock, args }: Session,
  what: string,
  done: () => Promise<boolean>,
): Promise<void> {
  let waited = 0;
  for (let delay = 1; waited < args.timeout; delay *= 2) {
    if (await done()) return;
    const pause = Math.min(delay, args.timeout - waited);
    waited += pause;
    await clock.sleep(pause);
  }
  throw new Failure(`timed out while waiting for Fargate profile ${what}`);
}

async function createProfile(
  session: Session,
  { eks }: AwsClients,
  clusterName: string,
  profile: FargateProfile,
  podExecutionRoleArn: string,
): Promise<void> {
  const { name } = profile;
  await eks
    .send(
      new CreateFargateProfileCommand({
        clusterName,
        fargateProfileName: name,
        podExecutionRoleArn,
        selectors: profile.selectors.map(({ namespace, labels }) => ({ namespace, labels })),
        subnets: profile.subnets === undefined ? undefined : [...profile.subnets],
        tags: profile.tags,
      }),
    )
    .catch((error: unknown) => {
      throw wrap(`failed to create Fargate profile "${name}"`, error);
    });
  await pollDoubling(session, `"${name}"'s creation`, async () => {
    const { fargateProfile } = await eks
      .send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName: name }))
      .catch((error: unknown) => {
        throw wrap(`failed while waiting for Fargate profile "${name}"'s creation`, error);
      });
    return fargateProfile?.status === 'ACTIVE';
  });
}

/**
 * Creates the profiles of a config that are missing, one after another, each until it is ACTIVE. A profile of the
 * same name counts as there, whatever it selects (facts/eksctl.md §7). Throws Failure.
 */
export async function createFargateProfiles(
  session: Session,
  clients: AwsClients,
  config: ClusterConfig,
  podExecutionRoleArn: string,
): Promise<void> {
  const { log } = session;
  const { name: clusterName, region } = config.metadata;
  const present = await listFargateProfiles(clients, clusterName).catch((error: unknown) => {
    throw wrap('failed to get Fargate Profile list', error);
  });
  for (const profile of config.fargateProfiles) {
    const subject = `Fargate profile "${profile.name}"`;
    const where = `on EKS cluster "${clusterName}"`;
    if (present.includes(profile.name)) {
      log.info(`${subject} already exists ${where}`);
      continue;
    }
    log.info(`creating ${subject} ${where}`);
    try {
      await createProfile(session, clients, clusterName, profile, podExecutionRoleArn);
      log.info(`created ${subject} ${where}`);
    } catch (error) {
      if (errorCode(error) === 'ResourceInUseException')
        log.info(
          `either ${subject} already exists ${where} or another profile is being created/deleted, no action taken`,
        );
      else if (isAccessDenied(error))
        throw wrap(
          `either account is not authorized to use Fargate or region ${region} is not supported`,
          error,
        );
      else throw wrap(`failed to create ${subject} ${where}`, error);
    }
  }
}

/** Asks for a profile's deletion and, with `wait`, polls until it is gone. Throws Failure. */
export async function deleteFargateProfile(
  session: Session,
  clients: AwsClients,
  clusterName: string,
  name: string,
  wait: boolean,
): Promise<void> {
  await clients.eks
    .send(new DeleteFargateProfileCommand({ clusterName, fargateProfileName: name }))
    .catch((error: unknown) => {
      throw wrap(`failed to delete Fargate profile "${name}"`, error);
    });
  if (!wait) return;
  await pollDoubling(
    session,
    `"${name}"'s deletion`,
    async () => !(await listFargateProfiles(clients, clusterName)).includes(name),
  );
}

/** Deletes every profile, one after another, as the first step of `delete cluster` (facts/eksctl.md §9). */
export async function deleteAllFargateProfiles(
  session: Session,
  clients: AwsClients,
  clusterName: string,
): Promise<void> {
  const { log } = session;
  let names: string[];
  try {
    names = await listFargateProfiles(clients, clusterName);
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    log.debug(`Fargate: unauthorized error: ${messageOf(error)}`);
    log.info(
      `either account is not authorized to use Fargate or region ${clients.region} is not supported. Ignoring error`,
    );
    return;
  }
  for (const name of names) {
    log.info(`deleting Fargate profile "${name}"`);
    await deleteFargateProfile(session, clients, clusterName, name, true);
    log.info(`deleted Fargate profile "${name}"`);
  }
  log.info(`deleted ${names.length} Fargate profile(s)`);
}
