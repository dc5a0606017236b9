import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What the environment of a rehearsal is made of. */
export interface EnvironmentParts {
  /** Everything that programs write goes below it. */
  readonly directory: string;
  /** The folder of kubectl, helm and eksctl. */
  readonly tools: string;
  readonly endpoint: string;
  readonly proxy: string;
  readonly control: string;
  readonly region: string;
  readonly speed: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** PEM of the rehearsal's CA. */
  readonly authority: string;
}

/**
 * The names of variables by which a program would meet something else than the rehearsal: other credentials, endpoints
 * of single services (AWS_ENDPOINT_URL_EKS), other proxies, other clusters.
 */
export const leadingElsewhere =
  /^(AWS_(SESSION_TOKEN|SECURITY_TOKEN|PROFILE|DEFAULT_PROFILE|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CA_BUNDLE|CONTAINER_.*|ENDPOINT_URL.*)|ALL_PROXY|all_proxy|KUBECONFIG|HELM_KUBE.*)$/;

/** The named profile of the rehearsal's AWS configuration. */
export const profile = 'sandbox';

/**
 * The environment variables by which a program meets the rehearsal and nothing else: AWS by its endpoint and keys, the
 * rest of the world by the guard proxy, files by folders of the rehearsal's own. Children get this on top of the
 * caller's environment.
 */
export async function prepareEnvironment(parts: EnvironmentParts): Promise<Record<string, string>> {
  const { directory, proxy, region, authority } = parts;
  const file = async (name: string, content: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  const folder = async (name: string): Promise<string> => {
    const path = join(directory, name);
    await mkdir(path, { recursive: true });
    return path;
  };
  const certificates = await file('ca.pem', authority);
  const noProxy = '127.0.0.1,localhost';
  const elsewhere = Object.keys(process.env).filter((name) => leadingElsewhere.test(name));
  return {
    // Only where the caller has them: an empty AWS_PROFILE where there was none would confuse the Python AWS CLI, which
    // also refuses an empty AWS_CA_BUNDLE.
    ...Object.fromEntries(elsewhere.map((name) => [name, name === 'AWS_CA_BUNDLE' ? certificates : ''])),
    AWS_ENDPOINT_URL: parts.endpoint,
    AWS_ACCESS_KEY_ID: parts.accessKeyId,
    AWS_SECRET_ACCESS_KEY: parts.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: await file('aws-config', ''),
    AWS_SHARED_CREDENTIALS_FILE: await file('aws-credentials', credentialsFile(parts)),
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    SSL_CERT_FILE: certificates,
    NODE_EXTRA_CA_CERTS: certificates,
    PATH: [parts.tools, process.env.PATH ?? ''].join(delimiter),
    HOME: await folder('home'),
    // kubectl remembers an API by host and port, which the next rehearsal may draw again.
    KUBECACHEDIR: await folder('kube-cache'),
    XDG_CACHE_HOME: await folder('cache'),
    XDG_CONFIG_HOME: await folder('config'),
    XDG_DATA_HOME: await folder('data'),
    XDG_STATE_HOME: await folder('state'),
    LBC_SANDBOX_CONTROL: parts.control,
    LBC_SANDBOX_SPEED: String(parts.speed),
  };
}

/** The keys once more, for a program that is told to use a profile. */
const credentialsFile = ({ accessKeyId, secretAccessKey }: EnvironmentParts): string =>
  ['default', profile]
    .map(
      (name) => `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    )
    .join('\n');
