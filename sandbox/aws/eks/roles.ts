import type { EksContext } from './state.ts';

/** Whether a role exists and lets a service assume it on behalf of a resource (`aws:SourceArn`). */
export function assumableBy(eks: EksContext, roleArn: string, service: string, sourceArn: string): boolean {
  const role = eks.iam.findRole(roleArn);
  const applicant = {
    action: 'sts:AssumeRole',
    names: { Service: [service] },
    keys: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': eks.world.account },
  } as const;
  return role !== undefined && eks.iam.judgeTrust(role, applicant) === 'allow';
}
