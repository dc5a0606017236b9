/** A request that reaches a pod. Bodies are text: nothing in the rehearsal speaks anything else. */
export interface PodRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PodResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PodListener {
  handle(request: PodRequest): PodResponse | Promise<PodResponse>;
  /** PEM certificate presented to TLS clients (webhooks are verified against their caBundle). */
  readonly certificate?: () => string;
}

/**
 * Connects pod addresses to the programs that listen there. Addresses are unique in a rehearsal because every pod
 * has its own network interface in a subnet; two VPCs with the same range are told apart by `vpcId`.
 */
export interface PodNetwork {
  /** Returns the function that closes the port. */
  listen(vpcId: string, address: string, port: number, listener: PodListener): () => void;
  /** Undefined: connection refused. */
  connect(vpcId: string, address: string, port: number): PodListener | undefined;
}

/** Makes a network on which nothing listens. */
export function createPodNetwork(): PodNetwork {
  const listeners = new Map<string, PodListener>();
  return {
    listen(vpcId, address, port, listener) {
      const key = `${vpcId}/${address}:${port}`;
      if (listeners.has(key)) throw new Error(`address already in use: ${key}`);
      listeners.set(key, listener);
      return () => {
        if (listeners.get(key) === listener) listeners.delete(key);
      };
    },
    connect: (vpcId, address, port) => listeners.get(`${vpcId}/${address}:${port}`),
  };
}
