import type { Tag } from '@aws-sdk/client-cloudformation';
import type { ServiceName } from '../service.ts';

/** How a property is read from a template, where numbers and booleans may be written as text. */
export type PropertyKind = 'string' | 'number' | 'boolean' | 'strings' | 'object' | 'list';

/** What a resource is made, watched and deleted with. */
export interface ResourceContext {
  readonly region: string;
  /** The stack's tags, CloudFormation's own (`aws:cloudformation:…`), and the template's, which win. */
  readonly tags: readonly Required<Tag>[];
  /** Calls a service for the stack's owner. Throws AwsError. */
  invoke<Output>(service: ServiceName, operation: string, input: object): Promise<Output>;
  /** A name for a resource that has none in the template, of at most `limit` characters. */
  name(limit: number): string;
}

/**
 * How CloudFormation handles one type of resource.
 * Source of every entry: the type's page in the CloudFormation template reference.
 */
export interface ResourceType<Properties extends object = object> {
  /** The properties that are emulated; any other is refused. `Tags` is known to every type with `tags`. */
  readonly properties: Readonly<Record<string, PropertyKind>>;
  readonly required: readonly string[];
  /** Where tags go: `none`; `own`: template's and stack's; `all`: CloudFormation's own too. */
  readonly tags: 'none' | 'own' | 'all';
  /** What the caller must have acknowledged. */
  capability?(properties: object): 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM';
  /** What Fn::GetAtt may ask for. */
  readonly attributeNames: readonly string[];
  /** Simulated seconds that CloudFormation takes beyond the service's own time. */
  readonly seconds: number;
  /** The name that service errors carry in CloudFormation's wording (`Ec2`, `Iam`, `Eks`). */
  readonly service: string;
  /** Starts the creation; returns the physical id, which is also what Ref gives. */
  create(properties: Properties, context: ResourceContext): Promise<string>;
  /** What is still to be done once the physical id is known. */
  configure?(id: string, properties: Properties, context: ResourceContext): Promise<void>;
  /** Whether the resource is ready; throws when it never will be. Default: at once. */
  stabilised?(id: string, properties: Properties, context: ResourceContext): Promise<boolean>;
  attributes?(
    id: string,
    properties: Properties,
    context: ResourceContext,
  ): Promise<Readonly<Record<string, unknown>>>;
  delete(id: string, properties: Properties, context: ResourceContext): Promise<void>;
  /** Whether the deleted resource is gone. Default: at once. */
  gone?(id: string, properties: Properties, context: ResourceContext): Promise<boolean>;
}
