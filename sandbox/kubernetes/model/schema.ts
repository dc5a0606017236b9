/** How the elements of a list are told apart (the `listType` of an OpenAPI schema). */
export type ListType = 'atomic' | 'set' | 'map';

/**
 * The fields of a kind: what strict decoding, defaulting of lists, strategic merge patch, server-side apply,
 * pruning, protobuf and `kubectl explain` go by. Custom resources' OpenAPI schemas are translated into it.
 */
export type Schema = ScalarSchema | ObjectSchema | MapSchema | ListSchema;

export interface ScalarSchema {
  /** `any` holds arbitrary JSON (RawExtension, JSONSchemaProps, preserve-unknown-fields). */
  readonly type:
    | 'string'
    | 'integer'
    | 'number'
    | 'boolean'
    | 'bytes'
    | 'time'
    | 'int-or-string'
    | 'quantity'
    | 'any';
  /** A time with microseconds. */
  readonly micro?: boolean;
  readonly nullable?: boolean;
}

export interface ObjectSchema {
  readonly type: 'object';
  /** The Go name, as error texts and `kubectl explain` show it: `apps/v1.DeploymentSpec`. */
  readonly name?: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Messages whose fields are among `fields` (Go's embedded structs). */
  readonly inlined?: readonly { readonly proto: number; readonly schema: ObjectSchema }[];
  /** Treated as one value by server-side apply. */
  readonly atomic?: boolean;
  /** Fields outside `fields` are kept. */
  readonly open?: boolean;
  readonly nullable?: boolean;
}

interface MapSchema {
  readonly type: 'map';
  readonly values: Schema;
  readonly atomic?: boolean;
  readonly nullable?: boolean;
}

export interface ListSchema {
  readonly type: 'list';
  readonly items: Schema;
  readonly listType: ListType;
  /** Fields that identify an element of a `map` list. */
  readonly keys?: readonly string[];
  /** Strategic merge patch joins the two lists, elements matched by this field ('' for scalars), instead of replacing. */
  readonly mergeKey?: string;
  /** A strategic merge patch may name the fields of an element that stay (`$retainKeys`). */
  readonly retainKeys?: boolean;
  /** In protobuf the list is a message of its own. */
  readonly wrapped?: boolean;
  readonly nullable?: boolean;
}

/** A field of an object schema: its type, and where it sits in the protobuf message. */
export interface Field {
  readonly schema: Schema;
  readonly proto?: number;
  /** An optional field of which the zero value differs from absence. */
  readonly pointer?: boolean;
  /** Written even when it is zero or empty (Go's fields without `omitempty`). */
  readonly always?: boolean;
  /** What an absent key field of a list element counts as. */
  readonly default?: unknown;
}

/** Arbitrary JSON. */
export const anySchema: Schema = { type: 'any' };
