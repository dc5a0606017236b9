/** A CloudFormation template as JSON. */
export interface Template {
  readonly AWSTemplateFormatVersion: '2010-09-09';
  readonly Description: string;
  readonly Mappings?: Readonly<Record<string, object>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, Output>>;
}

export interface Resource {
  readonly Type: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: object;
}

export interface Output {
  readonly Value: unknown;
  readonly Export?: { readonly Name: object };
}

export const ref = (name: string): object => ({ Ref: name });
export const getAtt = (resource: string, attribute: string): object => ({
  'Fn::GetAtt': [resource, attribute],
});
const sub = (text: string): object => ({ 'Fn::Sub': text });
export const join = (separator: string, values: readonly unknown[]): object => ({
  'Fn::Join': [separator, values],
});

/** A Name tag of `stack/resource`, which eksctl puts on everything that takes tags. */
export const nameTag = (resource: string): object => ({
  Key: 'Name',
  Value: sub(`\${AWS::StackName}/${resource}`),
});

/** An AWS managed policy of the stack's partition. */
export const managedPolicy = (name: string): object => sub(`arn:\${AWS::Partition}:iam::aws:policy/${name}`);

export const policyDocument = (...statements: object[]): object => ({
  Statement: statements,
  Version: '2012-10-17',
});

/** An output that other stacks import as `stack::name`. */
export const exported = (name: string, value: unknown): Output => ({
  Export: { Name: sub(`\${AWS::StackName}::${name}`) },
  Value: value,
});
