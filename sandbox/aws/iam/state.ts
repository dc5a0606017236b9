import type { World } from '../../world.ts';
import { AwsError } from '../service.ts';

/** One version of a managed policy. */
export interface PolicyVersion {
  readonly id: string;
  readonly document: string;
  readonly created: Date;
}

/** A managed policy of the account, or of AWS. */
export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly description?: string;
  readonly created: Date;
  updated: Date;
  /** Empty for a policy of AWS whose contents the rehearsal does not know. */
  versions: PolicyVersion[];
  defaultVersion: string;
  /** The number of the newest version ever made: ids are not used again. */
  lastVersion: number;
  readonly tags: Map<string, string>;
}

/** A role with its trust policy and its permissions. */
export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly created: Date;
  description?: string;
  maxSessionDuration: number;
  trust: string;
  /** Inline policies: name → document. */
  readonly inline: Map<string, string>;
  /** ARNs of attached managed policies. */
  readonly attached: Set<string>;
  readonly tags: Map<string, string>;
}

/** An OpenID Connect provider. */
export interface OidcProvider {
  readonly arn: string;
  /** The issuer without `https://`. */
  readonly url: string;
  readonly clientIds: Set<string>;
  thumbprints: string[];
  readonly created: Date;
  readonly tags: Map<string, string>;
}

/** A server certificate with its key, all PEM. */
export interface StoredCertificate {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly body: string;
  readonly chain?: string;
  readonly key: string;
  readonly expires: Date;
  readonly created: Date;
  readonly tags: Map<string, string>;
}

/** Everything that IAM knows. Policies and providers by ARN, roles and certificates by name. */
export interface IamState {
  readonly policies: Map<string, ManagedPolicy>;
  readonly roles: Map<string, Role>;
  readonly providers: Map<string, OidcProvider>;
  readonly certificates: Map<string, StoredCertificate>;
}

/** The pieces that every handler of IAM works with. */
export interface IamContext {
  readonly world: World;
  readonly state: IamState;
}

/** `arn:aws:iam::123456789012:role/name` */
export const iamArn = ({ partition, account }: World, resource: string): string =>
  `arn:${partition}:iam::${account}:${resource}`;

/** A unique id with IAM's prefix for the kind of entity: `AROA…` for roles, `ANPA…` for managed policies. */
export const uniqueId = (world: World, prefix: string): string => prefix + world.random.hex(17).toUpperCase();

/** Whether reads show an entity yet: IAM is eventually consistent (IAM user guide, "Troubleshooting"). */
export function isVisible({ clock, iamLag = 0 }: World, { created }: { created: Date }): boolean {
  return clock.now().getTime() - created.getTime() >= (iamLag * 1000) / clock.speed;
}

export const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);

const namePattern = /^[\w+=,.@-]+$/;

/** Throws ValidationError for a name that IAM does not take. */
export function checkName(
  kind: 'policyName' | 'roleName' | 'serverCertificateName',
  name: string,
  limit: number,
): void {
  if (name.length > limit || name.length === 0)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${name}' at '${kind}' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
    );
  if (!namePattern.test(name))
    throw new AwsError(
      'ValidationError',
      `The specified value for ${kind} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
}

/** The documents that IAM returns are URL-encoded (API reference, GetPolicyVersion). */
export const encodeDocument = (document: string): string => encodeURIComponent(document);
