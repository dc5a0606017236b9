import type { AwsError } from '../service.ts';
import type { OperationModel, ServiceModel } from './model.ts';

/** An HTTP request, read whole. */
export interface WireRequest {
  readonly method: string;
  /** The path as sent, percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An HTTP response. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The server's side of one AWS protocol. */
export interface Protocol {
  /** The name of the operation that a request asks for; undefined when there is none. */
  identify(model: ServiceModel, request: WireRequest): string | undefined;
  /** The SDK's input shape. Throws NotEmulated for a parameter that the model does not know, AwsError for a malformed one. */
  decode(model: ServiceModel, operation: OperationModel, request: WireRequest): object;
  encode(model: ServiceModel, operation: OperationModel, output: object, requestId: string): WireResponse;
  encodeError(model: ServiceModel, error: AwsError, requestId: string): WireResponse;
}
