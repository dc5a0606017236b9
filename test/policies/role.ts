import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Rehearsal } from '../e2e/rehearsal.ts';
import { fillIn, type Names, type PolicyDocument } from './from-record.ts';

/** A role of a rehearsal, as a CI job has one. */
export interface CiRole {
  readonly arn: string;
  readonly names: Names;
  /** What a program needs in its environment to be this role. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes this its only policy. */
  allow(...policies: readonly PolicyDocument[]): Promise<void>;
}

/** Everything, for the run whose record policies are made from. */
export const everything: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }],
};

/** The path and name of the role; its sessions are `assumed-role/ci/job`. */
export const roleName = 'ci';

/** Makes the role, which may do nothing yet, and begins a session of it. */
export async function createCiRole({ env }: Pick<Rehearsal, 'env'>, cluster: string): Promise<CiRole> {
  const config = {
    region: env.AWS_REGION,
    endpoint: env.AWS_ENDPOINT_URL,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
  const iam = new IAMClient(config);
  const names = { account: '123456789012', region: env.AWS_REGION ?? '', cluster };
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${names.account}:root` } },
    ],
  };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const arn = Role?.Arn ?? '';
  const { Credentials } = await new STSClient(config).send(
    new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'job' }),
  );
  return {
    arn,
    names,
    env: {
      AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
      AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
      LBC_SETUP_CLUSTER: cluster,
    },
    async allow(...policies) {
      const Statement = policies.flatMap((policy) => policy.Statement);
      const PolicyDocument = fillIn(JSON.stringify({ Version: '2012-10-17', Statement }), names);
      await iam.send(new PutRolePolicyCommand({ RoleName: roleName, PolicyName: 'all', PolicyDocument }));
    },
  };
}
