import { createHash } from 'node:crypto';
import { awsLoadBalancerController } from '../../controller/program.ts';
import { coredns } from './coredns.ts';
import { helloworld } from './helloworld.ts';
import { metricsServer } from './metrics-server.ts';
import type { Program } from './program.ts';

/** What a reference to a container image finds in its registry. */
export interface Image {
  readonly program: Program;
  readonly bytes: number;
  /** `sha256:…` */
  readonly digest: string;
}

/** A repository of images in a registry. */
export interface Repository {
  /** The whole repository name with its registry. */
  readonly name: RegExp;
  /** Tags that exist. */
  readonly tags: RegExp;
  readonly bytes: number;
  readonly program: Program;
}

const ecr = String.raw`(\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|public\.ecr\.aws)`;
const helloworldTags = /^(1\.0|latest)$/;

/** Every repository that the registries of the rehearsal have. */
export const publicRepositories: readonly Repository[] = [
  {
    name: /^registry\.istio\.io\/release\/examples-helloworld-v1$/,
    tags: helloworldTags,
    bytes: 46_731_512,
    program: helloworld('v1'),
  },
  {
    name: /^docker\.io\/istio\/examples-helloworld-v1$/,
    tags: helloworldTags,
    bytes: 46_731_512,
    program: helloworld('v1'),
  },
  {
    name: /^docker\.io\/istio\/examples-helloworld-v2$/,
    tags: helloworldTags,
    bytes: 46_731_513,
    program: helloworld('v2'),
  },
  {
    name: new RegExp(`^${ecr}/(eks|amazon)/aws-load-balancer-controller$`),
    tags: /^v3\.5\.0$/,
    bytes: 46_160_201,
    program: awsLoadBalancerController,
  },
  { name: new RegExp(`^${ecr}/eks/coredns$`), tags: /^v1\.\d+\./, bytes: 17_942_881, program: coredns },
  // The size is a guess; it is seen in the event of the pull only.
  {
    name: new RegExp(`^${ecr}/eks/metrics-server$`),
    tags: /^v0\.8\./,
    bytes: 20_000_000,
    program: metricsServer,
  },
];

/** The parts of an image reference, with Docker's defaults: `nginx` is docker.io/library/nginx:latest. */
function parseReference(reference: string): { repository: string; tag: string } {
  const [untagged = '', digest] = reference.split('@');
  const slash = untagged.lastIndexOf('/');
  const colon = untagged.indexOf(':', slash + 1);
  const path = colon === -1 ? untagged : untagged.slice(0, colon);
  const tag = colon === -1 ? 'latest' : untagged.slice(colon + 1);
  const [first = ''] = path.split('/');
  const hasRegistry = path.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const named = path.includes('/') ? path : `library/${path}`;
  const repository = hasRegistry ? path : `docker.io/${named}`;
  return { repository, tag: digest ?? tag };
}

/** The registries that a kubelet can reach. */
export interface Registries {
  /** The image that a reference names; undefined when the pull fails. */
  find(reference: string): Image | undefined;
  /** Why a reference cannot be pulled, in containerd's words. */
  failure(reference: string): string;
}

/** Makes registries that have these repositories. */
export function createRegistries(repositories: readonly Repository[]): Registries {
  return {
    find(reference) {
      const { repository, tag } = parseReference(reference);
      const found = repositories.find(({ name, tags }) => name.test(repository) && tags.test(tag));
      if (!found) return undefined;
      const digest = createHash('sha256').update(`${repository}:${tag}`).digest('hex');
      return { program: found.program, bytes: found.bytes, digest: `sha256:${digest}` };
    },
    failure(reference) {
      const { repository, tag } = parseReference(reference);
      const full = `${repository}:${tag}`;
      const known = repositories.some(({ name }) => name.test(repository));
      const cause = known
        ? `${full}: not found`
        : 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
      return `failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${cause}`;
    },
  };
}
