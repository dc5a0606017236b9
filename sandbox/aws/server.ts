import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { World } from '../world.ts';
import { createAuthenticator } from './authenticate.ts';
import { createDispatcher, isWrite, toAwsError } from './dispatch.ts';
import { readRequest, sendResponse } from './http.ts';
import { checkKnown } from './protocol/input.ts';
import { jsonError } from './protocol/json.ts';
import { loadModel, type ServiceModel } from './protocol/model.ts';
import { protocols } from './protocol/protocols.ts';
import { findService, refusal } from './protocol/services.ts';
import type { WireRequest, WireResponse } from './protocol/wire.ts';
import { type AwsCloud, AwsError, type Call, NotEmulated, type Principal, type Service } from './service.ts';
import { readSignature, type Signature } from './sigv4.ts';

const anonymous: Principal = { kind: 'service', arn: 'anonymous', userId: 'anonymous' };

/** The API version that a request of the query protocols names. */
const versionOf = (request: WireRequest): string | undefined =>
  new URLSearchParams(request.body).get('Version') ?? request.query.get('Version') ?? undefined;

const unknownOperation = ({ service, entry }: ServiceModel, name: string): AwsError =>
  entry.partial
    ? new NotEmulated(`${entry.prefix}:${name}`)
    : refusal(service, 'unknownOperation', `Could not find operation ${name}`);

/**
 * Starts the emulated AWS: one HTTP endpoint on loopback for every service, told apart by the credential scope of the
 * request's signature (facts/aws-emulation.md). Services are the emulated parts; what they lack is answered 501.
 */
export async function createAwsCloud(
  world: World,
  services: readonly Service[],
): Promise<AwsCloud & { close(): Promise<void> }> {
  const authenticator = createAuthenticator(world, services, () => endpoint);
  const dispatcher = createDispatcher(world, services);
  const byName = new Map(services.map((service) => [service.name, service]));
  const newRequestId = (): string => [8, 4, 4, 4, 12].map((length) => world.random.hex(length)).join('-');

  /** Records what was refused before it became an operation of a known service. */
  const recordRefusal = (call: string, operation: string, caller: string, error: AwsError): void =>
    world.record.add({
      plane: 'aws',
      call,
      caller,
      write: isWrite(operation),
      status: error.status,
      error: error.code,
    });

  function refuseUnknownService(name: string, request: WireRequest, requestId: string): WireResponse {
    const operation =
      request.headers['x-amz-target']?.split('.').at(-1) ?? `${request.method} ${request.path}`;
    const error = new NotEmulated(`the service ${name}`);
    recordRefusal(`${name}:${operation}`, operation, 'unknown', error);
    return jsonError('application/x-amz-json-1.1', error, requestId);
  }

  function principalOf(
    model: ServiceModel,
    request: WireRequest,
    signature: Signature | undefined,
    name: string,
  ) {
    if (signature) return authenticator.authenticate(request, signature, model.service);
    if (byName.get(model.service)?.unsigned?.includes(name)) return anonymous;
    throw refusal(model.service, 'unsigned');
  }

  /** Finds out what is asked and by whom; a refusal is recorded here, since it never becomes an operation. */
  function identify(model: ServiceModel, request: WireRequest, requestId: string) {
    const signature = readSignature(request);
    const name =
      protocols[model.entry.protocol].identify(model, request) ?? `${request.method} ${request.path}`;
    try {
      const operation = model.operations.get(name);
      if (!operation) throw unknownOperation(model, name);
      const principal = principalOf(model, request, signature, name);
      const region = signature?.region ?? world.region;
      const call: Call = { requestId, service: model.service, operation: name, region, principal };
      return { operation, call };
    } catch (thrown) {
      const error = toAwsError(thrown, model);
      recordRefusal(`${model.entry.prefix}:${name}`, name, signature?.accessKeyId ?? anonymous.arn, error);
      throw error;
    }
  }

  async function answer(request: WireRequest): Promise<WireResponse | 'cut' | 'hang'> {
    const requestId = newRequestId();
    const scope = readSignature(request)?.service;
    const service = findService(scope, versionOf(request));
    if (service === undefined) return refuseUnknownService(scope ?? 'unsigned', request, requestId);
    const model = await loadModel(service);
    const protocol = protocols[model.entry.protocol];
    try {
      const { operation, call } = identify(model, request, requestId);
      const read = () => protocol.decode(model, operation, request);
      const { delivery, output } = await dispatcher.perform({ model, operation, call, read });
      return delivery === 'answer' ? protocol.encode(model, operation, output, requestId) : delivery;
    } catch (thrown) {
      return protocol.encodeError(model, toAwsError(thrown, model), requestId);
    }
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const result = await answer(await readRequest(incoming));
      if (result === 'cut') incoming.socket.destroy();
      else if (result !== 'hang') sendResponse(response, result);
    } catch (thrown) {
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      const error = new AwsError('MalformedRequest', detail, 400);
      response.shouldKeepAlive = false;
      sendResponse(response, jsonError('application/json', error, newRequestId()));
    }
  }

  const server = createServer((incoming, response) => void serve(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    endpoint,
    async invoke(service, operationName, input, principal, region) {
      const model = await loadModel(service);
      const operation = model.operations.get(operationName);
      if (!operation) throw unknownOperation(model, operationName);
      const call: Call = { requestId: newRequestId(), service, operation: operationName, region, principal };
      const read = (): object => {
        checkKnown(operation.input, input);
        return input;
      };
      const { delivery, output } = await dispatcher.perform({ model, operation, call, read });
      if (delivery === 'hang') return new Promise<object>(() => {});
      if (delivery === 'cut') throw new AwsError('InternalFailure', 'The connection was cut.', 500);
      return output;
    },
    authenticatePresigned: authenticator.authenticatePresigned,
    async close() {
      for (const service of services) service.close?.();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
