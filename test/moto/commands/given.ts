const json = (value: object): string => JSON.stringify(value);
const statement = (members: object): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...members }],
});

/** The issuer of no cluster. */
export const issuer = 'https://oidc.example.com/id/0123456789ABCDEF';

/** What commands name in braces and do not get from each other. */
export const given: Readonly<Record<string, string>> = {
  issuer,
  policy: json(statement({ Action: 'ec2:DescribeVpcs', Resource: '*' })),
  other: json(statement({ Action: 'ec2:*', Resource: '*' })),
  trust: json({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: ['eks.amazonaws.com', 'eks-fargate-pods.amazonaws.com'] },
        Action: 'sts:AssumeRole',
      },
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' },
    ],
  }),
  egress: json([{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }]),
  template: json({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'an address range',
    Resources: { VPC: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } } },
    Outputs: { VPC: { Value: { Ref: 'VPC' }, Export: { Name: 'the-vpc' } } },
  }),
  notFound: json([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }]),
  hello: json([{ Field: 'path-pattern', Values: ['/hello'] }]),
  otherPath: json([{ Field: 'path-pattern', Values: ['/other'] }]),
};
