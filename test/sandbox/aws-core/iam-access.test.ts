import { expect, it } from 'vitest';
import { createAccess } from '../../../sandbox/aws/iam/access.ts';
import type { IamContext } from '../../../sandbox/aws/iam/state.ts';
import type { Call } from '../../../sandbox/aws/service.ts';

const access = createAccess({
  world: { partition: 'aws', account: '123456789012' },
  state: { policies: new Map(), roles: new Map(), providers: new Map() },
} as unknown as IamContext);

const asked = (operation: string, input: object) => access(input, { operation } as Call);
const iam = (rest: string) => `arn:aws:iam::123456789012:${rest}`;

it.each([
  ['CreateRole', { RoleName: 'r' }, 'iam:TagRole', 'role/r'],
  ['CreatePolicy', { PolicyName: 'p' }, 'iam:TagPolicy', 'policy/p'],
  [
    'CreateOpenIDConnectProvider',
    { Url: 'https://issuer.example' },
    'iam:TagOpenIDConnectProvider',
    'oidc-provider/issuer.example',
  ],
])('%s with tags asks for permission to tag', (operation, input, action, resource) => {
  const [itself, tagging, ...rest] = asked(operation, { ...input, Tags: [{ Key: 'a', Value: 'b' }] });
  expect(itself).toMatchObject({ resources: [{ arn: iam(resource) }], requestTags: { a: 'b' } });
  expect(tagging).toMatchObject({ action, resources: [{ arn: iam(resource) }], requestTags: { a: 'b' } });
  expect(rest).toEqual([]);
  expect(asked(operation, input)).toHaveLength(1);
});

it('attaching tells which policy', () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy';
  expect(asked('AttachRolePolicy', { RoleName: 'r', PolicyArn })).toMatchObject([
    { resources: [{ arn: iam('role/r') }], conditions: { 'iam:PolicyARN': PolicyArn } },
  ]);
  expect(asked('GetPolicy', { PolicyArn })).toMatchObject([{ conditions: {} }]);
});
