import { NormalizedSchema } from '@smithy/core/schema';
import type { Schema } from '@smithy/types';
import { AwsError, type ServiceName } from '../service.ts';
import { type ServiceEntry, serviceEntries } from './services.ts';

/** The HTTP binding of a REST operation. */
export interface HttpBinding {
  readonly method: string;
  /** `/clusters/{name}/addons` */
  readonly path: string;
}

/** One operation of a service's Smithy model. */
export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  readonly http?: HttpBinding;
}

/** A service as the SDK's schemas describe it. */
export interface ServiceModel {
  readonly service: ServiceName;
  readonly entry: ServiceEntry;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** The error as it travels: an error shape's wire code and status where the model has one, else unchanged. */
  readonly wireError: (error: AwsError) => AwsError;
}

const operationKind = 9;
const errorKind = -3;
type OperationSchema = [9, string, string, object | number, () => Schema, () => Schema];
type ErrorSchema = [-3, string, string, ErrorTraits | 0, ...unknown[]];
interface ErrorTraits {
  readonly awsQueryError?: [code: string, status: number];
  readonly httpError?: number;
}

const schemasOf = <T extends unknown[]>(client: object, kind: number): T[] =>
  Object.entries(client)
    .filter(([name, value]) => name.endsWith('$') && Array.isArray(value) && value[0] === kind)
    .map(([, value]) => value as T);

const toOperation = ([, , name, traits, input, output]: OperationSchema): OperationModel => {
  const http = (traits as { http?: [string, string, number] }).http;
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    http: http && { method: http[0], path: http[1] },
  };
};

const toErrors = (schemas: readonly ErrorSchema[]): Map<string, { code: string; status?: number }> => {
  const errors = new Map<string, { code: string; status?: number }>();
  for (const [, , name, traits] of schemas) {
    const { awsQueryError, httpError } = traits || {};
    const wire = { code: awsQueryError?.[0] ?? name, status: awsQueryError?.[1] ?? httpError };
    errors.set(name, wire);
    errors.set(wire.code, wire);
  }
  return errors;
};

const models = new Map<ServiceName, Promise<ServiceModel>>();

async function read(service: ServiceName): Promise<ServiceModel> {
  const entry = serviceEntries[service];
  const client = await entry.load();
  const operations = schemasOf<OperationSchema>(client, operationKind).map(toOperation);
  const errors = toErrors(schemasOf<ErrorSchema>(client, errorKind));
  return {
    service,
    entry,
    operations: new Map(operations.map((operation) => [operation.name, operation])),
    wireError: (error) => {
      const known = errors.get(error.code);
      return known ? new AwsError(known.code, error.message, known.status ?? error.status) : error;
    },
  };
}

/** The model of a service, read once from the schemas that its SDK client exports. */
export function loadModel(service: ServiceName): Promise<ServiceModel> {
  const known = models.get(service) ?? read(service);
  models.set(service, known);
  return known;
}
