import { Failure } from './failure.ts';

/** The environment variables and streams that a run meets the rehearsal through. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  stdout(text: string): void;
  stderr(text: string): void;
  /** The whole of standard input, for `-f -`. */
  stdin(): Promise<string>;
}

/** What the environment variables say. */
export interface Environment {
  /** AWS_REGION, else AWS_DEFAULT_REGION. */
  readonly region: string | undefined;
  /** Simulated seconds per real second (LBC_SANDBOX_SPEED); divides the hard-coded sleeps. */
  readonly speed: number;
  /** Where the run reports itself and asks for faults (LBC_SANDBOX_CONTROL). */
  readonly control: string | undefined;
  /** HTTPS_PROXY: the guard proxy, through which the OIDC issuer is reached. */
  readonly httpsProxy: string | undefined;
  /** SSL_CERT_FILE: the only trusted roots, as in every Go program on Linux. */
  readonly certificateFile: string | undefined;
  /** The file that kubeconfig entries are written to. */
  readonly kubeconfig: string;
  readonly path: string;
}

const first = (...values: (string | undefined)[]): string | undefined =>
  values.find((value) => value !== undefined && value !== '');

/** Reads the environment. Throws Failure on a speed that is no positive number. */
export function readEnvironment(env: Host['env']): Environment {
  const speed = Number(env.LBC_SANDBOX_SPEED ?? '1');
  if (!(speed > 0))
    throw new Failure(`LBC_SANDBOX_SPEED must be a positive number, not ${env.LBC_SANDBOX_SPEED}`);
  return {
    region: first(env.AWS_REGION, env.AWS_DEFAULT_REGION),
    speed,
    control: first(env.LBC_SANDBOX_CONTROL),
    httpsProxy: first(env.HTTPS_PROXY, env.https_proxy),
    certificateFile: first(env.SSL_CERT_FILE),
    kubeconfig: first(env.KUBECONFIG) ?? `${env.HOME ?? ''}/.kube/config`,
    path: env.PATH ?? '',
  };
}

/**
 * The emulated AWS. A stand-in must never meet a real account: anything but a loopback address is refused.
 */
export function loopbackEndpoint(env: Host['env']): string {
  const endpoint = first(env.AWS_ENDPOINT_URL);
  const host = endpoint === undefined ? undefined : URL.parse(endpoint)?.hostname;
  if (endpoint === undefined || host === undefined || !/^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(host))
    throw new Failure(
      "this is the rehearsal's eksctl: it works only on a loopback AWS_ENDPOINT_URL, never on a real account",
    );
  return endpoint;
}
