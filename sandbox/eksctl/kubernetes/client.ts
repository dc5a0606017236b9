import { once } from 'node:events';
import type http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { Cluster } from '@aws-sdk/client-eks';
import type { AwsClients } from '../aws/clients.ts';
import { Failure } from '../failure.ts';
import { createToken } from './token.ts';

/** The parts of Kubernetes objects that eksctl reads. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager?: string }[];
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** A refusal by the API server; the message is its Status message. */
export class ApiFailure extends Failure {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The API server could not be reached. */
export class Unreachable extends Failure {}

/** A cluster's API, as the caller of the run. */
export interface Kubernetes {
  /** Throws ApiFailure or Unreachable, in client-go's words. */
  request<T = KubernetesObject>(method: string, path: string, body?: object): Promise<T>;
  /** The object, or undefined when there is none. */
  find<T = KubernetesObject>(path: string): Promise<T | undefined>;
  list(path: string): Promise<KubernetesObject[]>;
}

const contentTypes: Readonly<Record<string, string>> = { PATCH: 'application/merge-patch+json' };

const goMethod = (method: string): string => `${method[0]}${method.slice(1).toLowerCase()}`;

function explain(error: unknown, method: string, url: string): Unreachable {
  const { code, message, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  const reason =
    code === 'ECONNREFUSED' ? `dial tcp ${address}:${port}: connect: connection refused` : message;
  return new Unreachable(`${goMethod(method)} "${url}": ${reason}`);
}

/** The messages of client-go for answers without a Status, by HTTP status. */
const plainMessages: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'the server could not find the requested resource',
};

function statusMessage(status: number, body: string): string {
  if (status === 401) return 'Unauthorized';
  try {
    const { message } = JSON.parse(body) as { message?: string };
    if (message) return message;
  } catch {}
  return (
    plainMessages[status] ??
    `an error on the server ("${body.slice(0, 100)}") has prevented the request from succeeding`
  );
}

/** Makes a client; nothing is called yet. */
export function createKubernetes(clients: AwsClients, cluster: Cluster): Kubernetes {
  const endpoint = new URL(cluster.endpoint ?? '');
  const ca = Buffer.from(cluster.certificateAuthority?.data ?? '', 'base64').toString();
  let token: Promise<string> | undefined;
  const request = async <T>(method: string, path: string, body?: object): Promise<T> => {
    token ??= createToken(clients, cluster.name ?? '');
    const url = new URL(path, endpoint);
    const call = https.request(url, {
      method,
      ca,
      agent: false,
      headers: {
        authorization: `Bearer ${await token}`,
        accept: 'application/json',
        'user-agent': 'eksctl',
        ...(body === undefined ? {} : { 'content-type': contentTypes[method] ?? 'application/json' }),
      },
    });
    call.end(body === undefined ? undefined : JSON.stringify(body));
    let status: number;
    let answer: string;
    try {
      const [response] = (await once(call, 'response')) as [http.IncomingMessage];
      status = response.statusCode ?? 0;
      answer = await text(response);
    } catch (error) {
      throw explain(error, method, url.href);
    }
    if (status >= 300) throw new ApiFailure(status, statusMessage(status, answer));
    return JSON.parse(answer) as T;
  };
  return {
    request,
    async find<T>(path: string) {
      try {
        return await request<T>('GET', path);
      } catch (error) {
        if (error instanceof ApiFailure && error.status === 404) return undefined;
        throw error;
      }
    },
    list: async (path) => (await request<{ items?: KubernetesObject[] }>('GET', path)).items ?? [],
  };
}

/**
 * Asks which APIs there are, as eksctl's raw client does before it waits for a control plane.
 * Throws Unreachable, or Failure when the caller is refused (transcripts/eksctl/f12-apiserver-401-u1.txt).
 */
export async function discover(kubernetes: Kubernetes): Promise<void> {
  try {
    await kubernetes.request('GET', '/api');
    await kubernetes.request('GET', '/apis');
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    const message =
      error instanceof ApiFailure && error.status === 401
        ? 'the server has asked for the client to provide credentials'
        : (error as Error).message;
    throw new Failure(`getting list of API resources for raw REST client: ${message}`);
  }
}
