import { describe, expect, it } from 'vitest';
import { judgeRole } from '../../../sandbox/aws/iam/authorize.ts';
import type { IamState, ManagedPolicy, Role } from '../../../sandbox/aws/iam/state.ts';
import { type AccessQuestion, NotEmulated } from '../../../sandbox/aws/service.ts';

const created = new Date(0);
const group = 'arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1';

function roleWith(...statements: object[]): Role {
  return {
    arn: 'arn:aws:iam::123456789012:role/r',
    name: 'r',
    path: '/',
    id: 'AROA',
    created,
    maxSessionDuration: 3600,
    trust: '',
    inline: new Map([['p', JSON.stringify({ Version: '2012-10-17', Statement: statements })]]),
    attached: new Set(),
    tags: new Map(),
  };
}

const state: IamState = {
  policies: new Map(),
  roles: new Map(),
  providers: new Map(),
  certificates: new Map(),
};

function ask(role: Role, question: AccessQuestion) {
  const complete = { action: 'ec2:DescribeVpcs', resources: [{ arn: '*' }], requestTags: {}, conditions: {} };
  return judgeRole(state, role, { ...complete, ...question });
}

const allow = (Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});

describe('a role', () => {
  it('may do what a statement allows, without regard to case and with wildcards', () => {
    const role = roleWith(allow(['EC2:describe*', 'eks:List?lusters']));
    expect(ask(role, { action: 'ec2:DescribeVpcs' })).toBe('allow');
    expect(ask(role, { action: 'eks:ListClusters' })).toBe('allow');
    expect(ask(role, { action: 'ec2:CreateVpc' })).toBe('none');
  });

  it('may not do what a statement denies, whatever allows it', () => {
    const role = roleWith(allow('*'), { Effect: 'Deny', Action: 'ec2:DeleteVpc', Resource: '*' });
    expect(ask(role, { action: 'ec2:DeleteVpc' })).toBe('deny');
    expect(ask(role, { action: 'ec2:CreateVpc' })).toBe('allow');
  });

  it('is held to the resources of a statement', () => {
    const role = roleWith({ ...allow('ec2:CreateTags'), Resource: 'arn:aws:ec2:*:*:security-group/*' });
    const on = (arn: string) => ask(role, { action: 'ec2:CreateTags', resources: [{ arn, tags: {} }] });
    expect(on(group)).toBe('allow');
    expect(on(group.replace('security-group', 'vpc'))).toBe('none');
    expect(on('*')).toBe('none');
  });

  it('understands NotAction and NotResource', () => {
    const role = roleWith({ Effect: 'Allow', NotAction: 'iam:*', NotResource: 'arn:aws:ec2:*:*:vpc/*' });
    expect(ask(role, { action: 'ec2:DescribeVpcs' })).toBe('allow');
    expect(ask(role, { action: 'iam:GetRole' })).toBe('none');
    expect(ask(role, { resources: [{ arn: 'arn:aws:ec2:eu-west-1:1:vpc/vpc-1' }] })).toBe('none');
  });
});

describe('conditions', () => {
  const tagging = roleWith(
    allow('ec2:CreateTags', {
      Condition: {
        StringEquals: { 'ec2:CreateAction': ['CreateSecurityGroup', 'CreateVpc'] },
        Null: { 'aws:RequestTag/cluster': 'false' },
      },
    }),
  );
  const onCreate = (requestTags: Record<string, string>, conditions: Record<string, string>) =>
    ask(tagging, { action: 'ec2:CreateTags', requestTags, conditions });

  it('must all hold: the tag is in the request, and the tagging belongs to a creation', () => {
    const creation = { 'ec2:CreateAction': 'CreateSecurityGroup' };
    expect(onCreate({ cluster: 'a' }, creation)).toBe('allow');
    expect(onCreate({}, creation)).toBe('none');
    expect(onCreate({ cluster: 'a' }, {})).toBe('none');
    expect(onCreate({ cluster: 'a' }, { 'ec2:CreateAction': 'CreateSubnet' })).toBe('none');
  });

  it('look at the tags that a resource has', () => {
    const Condition = { Null: { 'aws:RequestTag/cluster': 'true', 'aws:ResourceTag/cluster': 'false' } };
    const role = roleWith(allow('ec2:DeleteTags', { Condition }));
    const on = (tags: Record<string, string>, requestTags = {}) =>
      ask(role, { action: 'ec2:DeleteTags', resources: [{ arn: group, tags }], requestTags });
    expect(on({ cluster: 'a' })).toBe('allow');
    expect(on({})).toBe('none');
    expect(on({ cluster: 'a' }, { cluster: '' })).toBe('none');
  });

  it('find no tags on what is yet to be made', () => {
    const role = roleWith(
      allow('ec2:CreateTags', { Condition: { Null: { 'aws:ResourceTag/cluster': 'false' } } }),
    );
    const resources = [{ arn: 'arn:aws:ec2:eu-west-1:123456789012:security-group/*' }];
    expect(ask(role, { action: 'ec2:CreateTags', resources })).toBe('none');
  });

  it.each([
    [{ StringLike: { 'aws:ResourceTag/cluster': 'a*' } }, 'allow'],
    [{ StringNotEquals: { 'aws:ResourceTag/cluster': 'abc' } }, 'none'],
    [{ StringNotEquals: { 'aws:ResourceTag/other': 'abc' } }, 'allow'],
    [{ StringEqualsIfExists: { 'aws:ResourceTag/other': 'abc' } }, 'allow'],
    [{ StringEquals: { 'aws:ResourceTag/other': 'abc' } }, 'none'],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['x', 'y'] } }, 'allow'],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['y'] } }, 'none'],
  ])('%j is answered %s', (Condition, answer) => {
    const role = roleWith(allow('ec2:CreateTags', { Condition }));
    const resources = [{ arn: group, tags: { cluster: 'abc' } }];
    expect(ask(role, { action: 'ec2:CreateTags', resources, requestTags: { x: '1' } })).toBe(answer);
  });

  it.each([
    ['an operator', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }],
    ['a key', { StringEquals: { 'ec2:Vpc': 'x' } }],
    ['a variable', { StringEquals: { 'aws:RequestTag/x': '${aws:username}' } }],
    ['tags that nobody gave', { Null: { 'aws:ResourceTag/cluster': 'false' } }],
  ])('with %s that the rehearsal does not know are an error, not an answer', (_what, Condition) => {
    const role = roleWith(allow('ec2:DeleteVpc', { Condition }));
    const question = { action: 'ec2:DeleteVpc', requestTags: { x: '1' } };
    expect(() => ask(role, question)).toThrow(NotEmulated);
    const otherwise = roleWith(allow('ec2:DeleteVpc', { Condition }), allow('ec2:Delete*'));
    expect(ask(otherwise, question)).toBe('allow');
  });
});

describe('an attached policy', () => {
  const policy = (versions: ManagedPolicy['versions']): ManagedPolicy => ({
    arn: 'arn:aws:iam::aws:policy/x',
    name: 'x',
    path: '/',
    id: 'ANPA',
    created,
    updated: created,
    versions,
    defaultVersion: 'v2',
    lastVersion: 2,
    tags: new Map(),
  });
  const judge = (versions: ManagedPolicy['versions'], action: string) => {
    const role = { ...roleWith(allow('eks:List*')), attached: new Set(['arn:aws:iam::aws:policy/x']) };
    const policies = new Map([['arn:aws:iam::aws:policy/x', policy(versions)]]);
    const question = { action, resources: [{ arn: '*' }], requestTags: {}, conditions: {} };
    return judgeRole({ ...state, policies }, role, question);
  };

  it('counts by its default version', () => {
    const version = (id: string, action: string) => ({
      id,
      document: JSON.stringify({ Statement: allow(action) }),
      created,
    });
    const versions = [version('v1', 'ec2:DescribeVpcs'), version('v2', 'ec2:DescribeSubnets')];
    expect(judge(versions, 'ec2:DescribeSubnets')).toBe('allow');
    expect(judge(versions, 'ec2:DescribeVpcs')).toBe('none');
  });

  it('of AWS with contents that are not known is an error when the answer hangs on it', () => {
    expect(judge([], 'eks:ListClusters')).toBe('allow');
    expect(() => judge([], 'ec2:DescribeVpcs')).toThrow(NotEmulated);
  });
});
