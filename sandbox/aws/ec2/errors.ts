import { AwsError } from '../service.ts';

// Codes and sentences: the EC2 API reference's list of error codes, and what the API answers in practice.

/** The kinds of resources that are asked for by id, with the error for an id that does not exist. */
export const missing = {
  vpc: (id: string) => new AwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`),
  subnet: (id: string) => new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`),
  internetGateway: (id: string) =>
    new AwsError('InvalidInternetGatewayID.NotFound', `The internetGateway ID '${id}' does not exist`),
  gateway: (id: string) => new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`),
  routeTable: (id: string) =>
    new AwsError('InvalidRouteTableID.NotFound', `The routeTable ID '${id}' does not exist`),
  association: (id: string) =>
    new AwsError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`),
  allocation: (id: string) =>
    new AwsError('InvalidAllocationID.NotFound', `The allocation ID '${id}' does not exist`),
  address: (ip: string) => new AwsError('InvalidAddress.NotFound', `Address '${ip}' not found.`),
  natGateway: (id: string) => new AwsError('NatGatewayNotFound', `The Nat Gateway ${id} was not found`),
  securityGroup: (id: string) =>
    new AwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist`),
  securityGroupRule: (id: string) =>
    new AwsError('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`),
  networkInterface: (id: string) =>
    new AwsError('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`),
} as const;

/** `DependencyViolation` for a resource that others still use. */
export function hasDependencies(kind: string, id: string): AwsError {
  return new AwsError('DependencyViolation', `The ${kind} '${id}' has dependencies and cannot be deleted.`);
}

/** A parameter whose value EC2 does not take. */
export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}

/** A parameter that the request lacks. */
export function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
}

/** The resource with this id, or the error that says there is none. */
export function find<R>(all: ReadonlyMap<string, R>, id: string | undefined, kind: keyof typeof missing): R {
  if (!id) throw missingParameter(`${kind}Id`);
  const found = all.get(id);
  if (!found) throw missing[kind](id);
  return found;
}
