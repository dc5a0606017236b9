/** What moto and the rehearsal answer differently, and why that is no reason to change the rehearsal. */
export interface Known {
  /** Of which operations (`ec2:CreateVpc`). */
  readonly operation: RegExp;
  /** Where in the answer (`Vpc.State`; `!` is the error code). What lies below is left out of the comparison. */
  readonly path: RegExp;
  readonly because: string;
  /** In this case only; default: in all. */
  readonly only?: string;
  /** What the rehearsal answers there: error codes, or `accepted`. */
  readonly codes?: readonly string[];
}

const row = (operation: RegExp, path: RegExp, because: string, only?: string): Known => ({
  operation,
  path,
  because,
  only,
});

/** One of the two refuses, or each for a reason of its own. */
const refusal = (operation: RegExp, codes: string, because: string): Known => ({
  operation,
  path: /^!$/,
  because,
  codes: codes.split(' '),
});

/** moto accepts, or refuses, what AWS does not. */
const faults: readonly Known[] = [
  refusal(
    /^iam:DeletePolicy$/,
    'DeleteConflictException',
    'moto deletes policies that are attached or have several versions',
  ),
  row(/^iam:GetPolicy$/, /AttachmentCount$/, 'moto counts a policy that is attached twice as two'),
  refusal(
    /^iam:ListEntitiesForPolicy$/,
    'NoSuchEntityException',
    'moto lists the entities of a policy that does not exist',
  ),
  refusal(/^iam:CreateRole$/, 'MalformedPolicyDocumentException', 'moto does not look at trust policies'),
  refusal(
    /^iam:CreateOpenIDConnectProvider$/,
    'InvalidInputException',
    'moto takes thumbprints of any length',
  ),
  refusal(
    /^ec2:CreateSubnet$/,
    'InvalidSubnet.Range InvalidParameterValue',
    'moto takes /29 subnets and zones of other regions',
  ),
  refusal(
    /^ec2:CreateSecurityGroup$/,
    'InvalidGroup.Reserved InvalidParameterValue InvalidVpcID.NotFound',
    'moto takes reserved names, and VPCs that do not exist',
  ),
  refusal(
    /^ec2:DeleteSecurityGroup$/,
    'DependencyViolation CannotDelete',
    'moto deletes groups that are in use, and default groups',
  ),
  refusal(/^ec2:DeleteSubnet$/, 'DependencyViolation', 'moto deletes subnets that have interfaces'),
  refusal(/^ec2:DeleteVpc$/, 'DependencyViolation', 'moto deletes VPCs that have a gateway'),
  refusal(/^ec2:ReleaseAddress$/, 'InvalidIPAddress.InUse', 'moto releases addresses that are in use'),
  refusal(/^ec2:DeleteNatGateway$/, 'NatGatewayNotFound', 'moto fails on a NAT gateway that does not exist'),
  refusal(/^ec2:CreateTags$/, 'InvalidParameterValue', 'moto takes tags whose keys begin with aws:'),
  refusal(
    /^ec2:RevokeSecurityGroupIngress$/,
    'accepted InvalidSecurityGroupRuleId.NotFound',
    'moto finds no rule of a group with a description',
  ),
  row(
    /^ec2:AuthorizeSecurityGroupIngress$/,
    /^SecurityGroupRules$/,
    'moto returns the last rule only',
    'rules from addresses and from groups',
  ),
  row(
    /^ec2:CreateNatGateway$|^ec2:DescribeNatGateways$|^ec2:DescribeAddresses$/,
    /Private(Ip|IpAddress)$/,
    'moto gives NAT gateways addresses outside their subnets',
  ),
  refusal(
    /^elbv2:CreateLoadBalancer$/,
    'SubnetNotFoundException DuplicateLoadBalancerNameException InvalidConfigurationRequestException ValidationError InvalidSecurityGroupException',
    'moto checks neither names nor groups, and gives codes of EC2',
  ),
  row(
    /^elbv2:CreateLoadBalancer$/,
    /SecurityGroups$/,
    "moto does not fall back to the VPC's own group",
    'an internal load balancer without security groups',
  ),
  refusal(
    /^elbv2:ModifyLoadBalancerAttributes$/,
    'ValidationError',
    'an unknown attribute is a ValidationError (issue 23971 of the Terraform provider)',
  ),
  refusal(/^elbv2:DeleteLoadBalancer$/, 'OperationNotPermittedException', 'moto ignores deletion protection'),
  refusal(/^elbv2:CreateListener$/, 'DuplicateListenerException', 'moto takes two listeners on one port'),
  refusal(
    /^elbv2:DeleteRule$/,
    'RuleNotFoundException OperationNotPermittedException',
    'moto deletes rules that do not exist, and fails on default rules',
  ),
  refusal(/^elbv2:SetRulePriorities$/, 'accepted', 'moto refuses to swap two priorities in one call'),
  refusal(
    /^elbv2:DescribeTags$/,
    'LoadBalancerNotFoundException TargetGroupNotFoundException',
    'moto tells the tags of what does not exist',
  ),
  refusal(
    /^elbv2:DeleteTargetGroup$/,
    'accepted',
    'the API reference knows no error for a target group that is gone; moto has one',
  ),
  row(
    /^elbv2:/,
    /(LoadBalancerArn|ListenerArn|LoadBalancerArns|DNSName)$/,
    'moto names NLBs like ALBs, and numbers host names from 1',
  ),
  row(/^elbv2:DescribeTargetHealth$/, /./, 'targets are healthy at once in moto'),
  refusal(
    /^eks:/,
    'ResourceNotFoundException',
    'moto answers what is missing in EKS with something that is no JSON',
  ),
  refusal(/^tagging:GetResources$/, 'InvalidParameterException', 'moto takes ARNs together with filters'),
  refusal(
    /^cloudformation:CreateStack$/,
    'ValidationError InsufficientCapabilitiesException',
    'moto checks neither capabilities nor parameters',
  ),
  row(/^cloudformation:ValidateTemplate$/, /^Parameters$/, 'moto does not tell them'),
  row(
    /^ec2:DescribeSubnets$/,
    /MapPublicIpOnLaunch$/,
    "moto's CloudFormation ignores it",
    'a network, read in every way and deleted',
  ),
  row(
    /^iam:GetRole$/,
    /Role\.(Tags|Description)$/,
    "moto's CloudFormation does not tag roles, and describes them with nothing",
    'a role and a policy',
  ),
  row(/^cloudformation:DescribeStacks$/, /Capabilities$/, 'moto does not tell them', 'a role and a policy'),
  row(/^cloudformation:DescribeStackEvents$/, /./, 'moto has no events of resources'),
];

/** Members that AWS documents and moto leaves out, or that moto alone has. */
const members: readonly Known[] = [
  row(/^iam:/, /(PermissionsBoundaryUsageCount|IsTruncated)$/, 'moto leaves them out'),
  row(/^iam:CreateOpenIDConnectProvider$/, /^Tags$/, 'moto leaves them out'),
  row(
    /^iam:(CreatePolicyVersion|ListPolicyVersions)$/,
    /Document$/,
    'moto returns documents that AWS, by its documentation, does not',
  ),
  row(
    /^ec2:/,
    /(NetworkBorderGroup|PublicIpv4Pool|GroupOwnerId|AvailabilityZoneId)$/,
    'moto leaves them out',
  ),
  row(/^ec2:/, /(EnableDns64|MapCustomerOwnedIpOnLaunch|SecurityGroupRuleArn)$/, 'moto leaves them out'),
  row(/^ec2:/, /(ConnectivityType|IsPrimary|ClientToken|OptInStatus|GroupName)$/, 'moto leaves them out'),
  row(/^ec2:CreateSecurityGroup$/, /^Tags$/, 'moto leaves them out'),
  row(/^ec2:DeleteSecurityGroup$/, /^(GroupId|Return)$/, 'moto leaves them out'),
  row(/^ec2:AuthorizeSecurityGroupIngress$/, /Description$/, 'moto leaves it out of rules of groups'),
  row(/^ec2:DescribeSecurityGroups$/, /IpPermissions$/, "moto's default groups have no rule"),
  row(/^ec2:DescribeAddresses$/, /(InstanceId|NetworkInterfaceId)$/, 'moto has them empty'),
  row(/^ec2:(Create|Describe)NetworkInterfaces?$/, /RequesterId$/, 'moto has one for interfaces of users'),
  row(/^elbv2:/, /ForwardConfig$/, 'moto does not add the long form to a forward action'),
  row(/^elbv2:/, /Conditions\[\]\.Values$/, 'moto does not add the short form to a condition'),
  row(/^elbv2:/, /SslPolicy$/, 'moto has one for HTTP'),
  row(/^elbv2:/, /(EnablePrefixForIpv6SourceNat|IpAddressType)$/, 'moto leaves them out'),
  row(/^elbv2:/, /^Attributes$/, 'moto knows a few attributes only'),
  row(/^elbv2:/, /CanonicalHostedZoneId$/, 'moto has an example'),
  row(/^elbv2:/, /RuleArn$/, 'moto draws the end of default rules anew for every answer'),
  row(
    /^cloudformation:/,
    /(DriftInformation|StagesAvailable|Metadata|DeletionTime)$/,
    'moto leaves them out',
  ),
  row(/^cloudformation:DescribeStackResource$/, /LastUpdatedTimestamp$/, 'moto leaves it out'),
  row(/^logs:/, /logGroupClass$/, 'moto leaves it out'),
  row(/^tagging:GetResources$/, /^PaginationToken$/, 'AWS ends with an empty one, moto with none'),
];

/** What the two do at different times, or draw. */
const moments: readonly Known[] = [
  row(/^sts:GetCallerIdentity$/, /^(Arn|UserId)$/, 'the callers are not the same'),
  row(/^ec2:Create(Vpc|NatGateway|NetworkInterface)$/, /(State|Status)$/, 'in moto all is there at once'),
  row(/^ec2:CreateNetworkInterface$/, /PrivateIpAddress(es)?$/, 'drawn out of the subnet'),
];

/** What is not known about AWS, or what the rehearsal leaves out. */
const open: readonly Known[] = [
  row(
    /^ec2:(CreateNatGateway|DescribeNatGateways)$/,
    /NatGatewayAddresses\[\]\.AssociationId$/,
    'AWS has it; the rehearsal leaves it out',
  ),
  row(
    /^cloudformation:DescribeStacks$/,
    /Outputs$/,
    'whether a deleted stack still tells its outputs is not documented; the rehearsal says no',
  ),
];

/** Every row must be met by a comparison: one that is not any more has to go. */
export const known: readonly Known[] = [...faults, ...members, ...moments, ...open];
