import {
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStack, outputsOf, type Stacks, stackReaches, startStacks } from './fixture.ts';

const yamlTemplate = `
AWSTemplateFormatVersion: '2010-09-09'
Description: Short forms and sections
Parameters:
  Stage: { Type: String, AllowedValues: [test, live], Default: test }
  Names: { Type: CommaDelimitedList, Default: 'one, two' }
Mappings:
  Sessions:
    test: { Seconds: 3600 }
    live: { Seconds: 7200 }
Conditions:
  IsLive: !Equals [!Ref Stage, live]
  IsTest: !Not [!Condition IsLive]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Description: !Join ['-', [!Select [1, !Ref Names], !If [IsTest, tested, !Ref AWS::NoValue]]]
      MaxSessionDuration: !FindInMap [Sessions, !Ref Stage, Seconds]
      Path: !If [IsLive, /live/, !Ref AWS::NoValue]
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action: sts:AssumeRoleWithWebIdentity
            Principal: { Federated: !Sub 'arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/x' }
            Condition: { StringEquals: { 'x:sub': system:serviceaccount:a:b } }
  Extra:
    Type: AWS::IAM::Role
    Condition: IsLive
    Properties:
      AssumeRolePolicyDocument: { Version: 2012-10-17, Statement: [] }
Outputs:
  Arn:
    Value: !GetAtt Role.Arn
    Export: { Name: !Sub '\${AWS::StackName}::Arn' }
  Text: { Value: !Sub ['\${Name} in \${AWS::Region} \${!kept}', { Name: !Ref Role }] }
  Zone: { Value: !Select [0, !GetAZs ''] }
  Hidden: { Value: x, Condition: IsLive }
`;

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'eks.amazonaws.com' } }],
};
const role = (properties: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trust, ...properties },
});

describe('templates', () => {
  let stacks: Stacks;
  beforeAll(async () => {
    stacks = await startStacks({ pageSize: 2 });
  });
  afterAll(() => stacks.stop());

  test('are read in YAML with short forms, parameters, mappings and conditions', async () => {
    await createStack(stacks, 'short', yamlTemplate);
    const outputs = outputsOf(await stackReaches(stacks, 'short', 'CREATE_COMPLETE'));
    expect(Object.keys(outputs).sort()).toEqual(['Arn', 'Text', 'Zone']);
    const RoleName = outputs.Arn?.split('/')[1] ?? '';
    expect(RoleName).toMatch(/^short-Role-[A-Z0-9]{12}$/);
    expect(outputs.Text).toBe(`${RoleName} in ap-northeast-1 \${kept}`);
    expect(outputs.Zone).toMatch(/^ap-northeast-1[a-z]$/);
    const { Role } = await stacks.iamClient.send(new GetRoleCommand({ RoleName }));
    expect(Role).toMatchObject({ Description: 'two-tested', MaxSessionDuration: 3600, Path: '/' });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain(
      '"Federated":"arn:aws:iam::123456789012:oidc-provider/x"',
    );
    const { TemplateBody } = await stacks.cloudFormation.send(new GetTemplateCommand({ StackName: 'short' }));
    expect(TemplateBody).toBe(yamlTemplate);
    const { Exports } = await stacks.cloudFormation.send(new ListExportsCommand({}));
    expect(Exports).toMatchObject([{ Name: 'short::Arn', Value: outputs.Arn }]);
  });

  test('summarise their parameters, types and capabilities', async () => {
    const command = new GetTemplateSummaryCommand({ TemplateBody: yamlTemplate });
    const summary = await stacks.cloudFormation.send(command);
    expect(summary).toMatchObject({
      Capabilities: ['CAPABILITY_IAM'],
      ResourceTypes: ['AWS::IAM::Role', 'AWS::IAM::Role'],
    });
    expect(summary.Parameters?.map(({ ParameterKey }) => ParameterKey)).toEqual(['Stage', 'Names']);
  });

  test('import what other stacks export', async () => {
    const imported = { 'Fn::ImportValue': 'short::Arn' };
    const template = { Resources: { Role: role() }, Outputs: { Other: { Value: imported } } };
    await createStack(stacks, 'importer', template);
    const outputs = outputsOf(await stackReaches(stacks, 'importer', 'CREATE_COMPLETE'));
    expect(outputs.Other).toMatch(/role\/short-Role-/);
  });

  test('give long role names the 64 characters that IAM allows', async () => {
    const name = 'eksctl-a-cluster-addon-iamserviceaccount-kube-system-aws-load-balancer-controller';
    await createStack(stacks, name, {
      Resources: { Role1: role() },
      Outputs: { Role1: { Value: { 'Fn::GetAtt': 'Role1.Arn' } } },
    });
    const { Role1 = '' } = outputsOf(await stackReaches(stacks, name, 'CREATE_COMPLETE'));
    const roleName = Role1.split('/')[1] ?? '';
    expect(roleName).toHaveLength(64);
    expect(roleName).toMatch(/^eksctl-a-cluster-addon-iamserviceaccount-kube-Role1-[A-Z0-9]{12}$/);
  });

  test('with named roles need the stronger capability', async () => {
    const template = { Resources: { Role: role({ RoleName: 'mine' }) } };
    await expect(createStack(stacks, 'named', template)).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    });
    await expect(
      createStack(stacks, 'none', { Resources: { Role: role() } }, { Capabilities: [] }),
    ).rejects.toThrow('Requires capabilities : [CAPABILITY_IAM]');
    await createStack(stacks, 'named', template, { Capabilities: ['CAPABILITY_NAMED_IAM'] });
    await stackReaches(stacks, 'named', 'CREATE_COMPLETE');
    await stacks.iamClient.send(new GetRoleCommand({ RoleName: 'mine' }));
  });

  test.each([
    ['{', /^Template format error: JSON not well-formed/],
    ['a: [', /^Template format error: YAML not well-formed/],
    ['{}', /^Template format error: At least one Resources member must be defined\.$/],
    ['{"Resources":{"A":{}}}', /\[\/Resources\/A\] Every Resources object must contain a Type member\.$/],
    [
      '{"Resources":{"A":{"Type":"AWS::EC2::Volcano"}}}',
      /^Template format error: Unrecognized resource types: \[AWS::EC2::Volcano\]$/,
    ],
    [
      '{"Resources":{"A":{"Type":"AWS::EKS::PodIdentityAssociation"}}}',
      /^Template format error: Unrecognized resource types/,
    ],
    [
      '{"Resources":{"A":{"Type":"AWS::EC2::RouteTable","Properties":{"VpcId":{"Ref":"B"}}}}}',
      /^Template format error: Unresolved resource dependencies \[B\] in the Resources block of the template$/,
    ],
    [
      '{"Resources":{"A":{"Type":"AWS::EC2::EIP","DependsOn":"B"},"B":{"Type":"AWS::EC2::EIP","DependsOn":"A"}}}',
      /^Circular dependency between resources: \[A, B\]$/,
    ],
    [
      '{"Resources":{"A":{"Type":"AWS::EC2::EIP"}},"Outputs":{"O":{"Value":{"Fn::GetAtt":["A","Nope"]}}}}',
      /^Template error: resource A does not support attribute type Nope in Fn::GetAtt$/,
    ],
    [
      '{"Resources":{"A":{"Type":"AWS::EC2::EIP"}},"Parameters":{"P":{"Type":"String"}}}',
      /^Parameters: \[P\] must have values$/,
    ],
    [
      '{"Resources":{"A":{"Type":"AWS::EC2::EIP"}},"Extra":1}',
      /^Invalid template property or properties \[Extra\]$/,
    ],
  ])('are refused when they are wrong: %s', async (body, message) => {
    await expect(createStack(stacks, 'wrong', body)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['{"Transform":"AWS::Serverless-2016-10-31","Resources":{"A":{"Type":"AWS::EC2::EIP"}}}'],
    ['{"Resources":{"A":{"Type":"AWS::EC2::EIP","Properties":{"PublicIpv4Pool":"x"}}}}'],
    [
      '{"Resources":{"A":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Fn::ToJsonString":{}}}}}}',
    ],
  ])('are refused when they need what is not emulated: %s', async (body) => {
    await expect(createStack(stacks, 'lacking', body)).rejects.toMatchObject({ name: 'NotEmulated' });
  });

  test('leave stacks that are listed page by page, by status', async () => {
    const names: (string | undefined)[] = [];
    for (let NextToken: string | undefined; ; ) {
      const command = new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE'], NextToken });
      const page = await stacks.cloudFormation.send(command);
      names.push(...(page.StackSummaries ?? []).map(({ StackName }) => StackName));
      NextToken = page.NextToken;
      if (!NextToken) break;
    }
    expect(names).toEqual(expect.arrayContaining(['short', 'importer', 'named']));
    const list = new ListStackResourcesCommand({ StackName: 'short' });
    const { StackResourceSummaries } = await stacks.cloudFormation.send(list);
    expect(StackResourceSummaries).toMatchObject([
      { LogicalResourceId: 'Role', ResourceStatus: 'CREATE_COMPLETE' },
    ]);
  });
});
