import type { GetRoleResponse } from '@aws-sdk/client-iam';
import type { World } from '../../world.ts';
import { AwsError } from '../service.ts';
import { eksPrincipal } from './state.ts';

interface Statement {
  Effect?: string;
  Principal?: { Service?: string | string[] };
}

async function trustPolicy(world: World, roleArn: string, region: string): Promise<string | undefined> {
  const RoleName = roleArn.split('/').at(-1) ?? '';
  try {
    const answer = await world.aws.invoke('iam', 'GetRole', { RoleName }, eksPrincipal, region);
    const { Role } = answer as GetRoleResponse;
    return Role?.Arn === roleArn ? Role.AssumeRolePolicyDocument : undefined;
  } catch (error) {
    if (error instanceof AwsError && error.code.startsWith('NoSuchEntity')) return undefined;
    throw error;
  }
}

/** Whether a role exists and its trust policy names a service. Conditions of the trust policy are not looked at. */
export async function assumableBy(
  world: World,
  roleArn: string,
  service: string,
  region: string,
): Promise<boolean> {
  const encoded = await trustPolicy(world, roleArn, region);
  if (encoded === undefined) return false;
  const { Statement = [] } = JSON.parse(decodeURIComponent(encoded)) as {
    Statement?: Statement | Statement[];
  };
  return [Statement].flat().some(({ Effect, Principal }) => {
    return Effect === 'Allow' && [Principal?.Service ?? []].flat().includes(service);
  });
}
