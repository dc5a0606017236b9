import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import type { World } from '../world.ts';
import type { IamService } from './iam/iam.ts';
import { issuerKey } from './iam/oidc.ts';
import type { Role } from './iam/state.ts';
import { type DecodedToken, decodeToken, isSignedBy } from './jwt.ts';
import {
  AwsError,
  type Call,
  type Credential,
  type Given,
  NotEmulated,
  type Principal,
  type Service,
} from './service.ts';

const defaultSessionSeconds = 3600;
const minSessionSeconds = 900;

const invalidToken = (message: string): AwsError => new AwsError('InvalidIdentityToken', message, 400);

/** Options that change whose permissions a session has, and that the rehearsal does not judge by. */
const unsupported = [
  'Policy',
  'PolicyArns',
  'Tags',
  'TransitiveTagKeys',
  'ExternalId',
  'SerialNumber',
] as const;

function checkSession(input: object, role: Role | undefined, seconds: number): void {
  const option = unsupported.find((name) => name in input);
  if (option) throw new NotEmulated(`the parameter ${option} when assuming a role`);
  if (seconds < minSessionSeconds)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to ${minSessionSeconds}`,
    );
  if (role && seconds > role.maxSessionDuration)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
}

/** Makes STS: sessions of roles, whose credentials work from then on until they expire. */
export function createSts(world: World, iam: IamService): Service {
  const sessions = new Map<string, Credential>();

  function startSession(role: Role, sessionName: string, seconds: number): Credential {
    const principal: Principal = {
      kind: 'role',
      arn: `arn:${world.partition}:sts::${world.account}:assumed-role/${role.name}/${sessionName}`,
      userId: `${role.id}:${sessionName}`,
      roleArn: role.arn,
    };
    const credential: Credential = {
      accessKeyId: `ASIA${world.random.hex(16).toUpperCase()}`,
      secretAccessKey: world.random.hex(40),
      sessionToken: Buffer.from(world.random.hex(120)).toString('base64'),
      expires: world.clock.now().getTime() + seconds * 1000,
      principal,
    };
    sessions.set(credential.accessKeyId, credential);
    return credential;
  }

  const describe = ({ accessKeyId, secretAccessKey, sessionToken, expires = 0, principal }: Credential) => ({
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(expires),
    },
    AssumedRoleUser: { AssumedRoleId: principal.userId, Arn: principal.arn },
  });

  /** The token's own checks, in the order in which AWS's messages tell them apart. */
  function verifyToken(text: string): DecodedToken {
    const token = decodeToken(text);
    if (!token) throw invalidToken('The ID Token provided is not a valid JWT.');
    const { iss, exp, aud } = token.claims;
    const provider = iam.findProvider(iss);
    if (!provider) throw invalidToken(`No OpenIDConnect provider found in your account for ${iss}`);
    const keys = world.kubernetes.byIssuer(iss)?.jwks.keys;
    if (!keys || !isSignedBy(token, keys))
      throw invalidToken(
        "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
      );
    const now = Math.floor(world.clock.now().getTime() / 1000);
    if (exp <= now)
      throw new AwsError(
        'ExpiredTokenException',
        `Token expired: current date/time ${now} must be before the expiration date/time ${exp}`,
      );
    if (!aud.some((audience) => provider.clientIds.has(audience)))
      throw invalidToken('Incorrect token audience');
    return token;
  }

  return {
    name: 'sts',
    reads: ['AssumeRole', 'AssumeRoleWithWebIdentity'],
    unsigned: ['AssumeRoleWithWebIdentity'],
    access: {
      GetCallerIdentity: () => [],
      AssumeRole: ({ RoleArn = '' }: AssumeRoleRequest) => [{ resources: [{ arn: RoleArn }] }],
    },
    credential: (accessKeyId) => sessions.get(accessKeyId),
    handlers: {
      GetCallerIdentity(_input: object, { principal }: Call): GetCallerIdentityResponse {
        return { Account: world.account, Arn: principal.arn, UserId: principal.userId };
      },

      AssumeRole(input: Given<AssumeRoleRequest>, { principal }: Call): AssumeRoleResponse {
        const { RoleArn, RoleSessionName, DurationSeconds: seconds = defaultSessionSeconds } = input;
        const role = iam.findRole(RoleArn);
        checkSession(input, role, seconds);
        const root = `arn:${world.partition}:iam::${world.account}:root`;
        const names = {
          AWS: [world.account, root, principal.arn, ...(principal.roleArn ? [principal.roleArn] : [])],
          Service: principal.kind === 'service' ? [principal.arn] : [],
        };
        if (!role || iam.judgeTrust(role, { action: 'sts:AssumeRole', names, keys: {} }) !== 'allow')
          throw new AwsError(
            'AccessDenied',
            `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
            403,
          );
        return describe(startSession(role, RoleSessionName, seconds));
      },

      AssumeRoleWithWebIdentity(
        input: Given<AssumeRoleWithWebIdentityRequest>,
      ): AssumeRoleWithWebIdentityResponse {
        if (input.ProviderId) throw new NotEmulated('OAuth 2.0 identity providers');
        const { claims } = verifyToken(input.WebIdentityToken);
        const issuer = issuerKey(claims.iss);
        const provider = iam.findProvider(claims.iss)?.arn ?? '';
        const audience = claims.aud[0] ?? '';
        const role = iam.findRole(input.RoleArn);
        const judgement =
          role &&
          iam.judgeTrust(role, {
            action: 'sts:AssumeRoleWithWebIdentity',
            names: { Federated: [provider] },
            keys: { [`${issuer}:sub`]: claims.sub, [`${issuer}:aud`]: audience },
          });
        if (!role || judgement !== 'allow')
          throw new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);
        const seconds = input.DurationSeconds ?? defaultSessionSeconds;
        checkSession(input, role, seconds);
        return {
          ...describe(startSession(role, input.RoleSessionName, seconds)),
          SubjectFromWebIdentityToken: claims.sub,
          Provider: provider,
          Audience: audience,
        };
      },
    },
  };
}
