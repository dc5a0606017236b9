import type { Judgement } from '../service.ts';
import { NotEmulated } from '../service.ts';
import { conditionsHold } from './conditions.ts';
import { readDocument, type Statement } from './document.ts';
import type { Role } from './state.ts';
import { matchesAction } from './wildcard.ts';

/** Somebody who wants to assume a role. */
export interface Applicant {
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity';
  /** The names under which a trust policy may list the applicant: `{ Service: ['eks.amazonaws.com'] }`. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Condition keys of the request: `oidc.eks…/id/X:sub`. */
  readonly keys: Readonly<Record<string, string>>;
}

const trusts = ({ principals = {} }: Statement, { names }: Applicant): boolean =>
  Object.entries(principals).some(([type, ids]) =>
    ids.some((id) => (id === '*' && type !== 'Service') || names[type]?.includes(id)),
  );

/**
 * Judges an applicant by a role's trust policy. Throws NotEmulated for an operator or a condition key that the
 * request does not carry, unless it is a claim of another issuer.
 */
export function judgeTrust(role: Role, applicant: Applicant): Judgement {
  const lookup = (key: string): string[] | undefined => {
    const value = applicant.keys[key];
    if (value !== undefined) return [value];
    if (/:(sub|aud|amr)$/.test(key)) return undefined;
    throw new NotEmulated(`the condition key ${key} of ${applicant.action}`);
  };
  const applying = readDocument(role.trust, 'trust').filter(
    (statement) =>
      statement.actions?.some((pattern) => matchesAction(pattern, applicant.action)) &&
      trusts(statement, applicant) &&
      conditionsHold(statement.conditions, lookup),
  );
  if (applying.some(({ effect }) => effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'none';
}
