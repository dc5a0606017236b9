import { pins } from '../pins.ts';
import type { ToolName } from './tool.ts';
import { compareVersions, parseVersion, type Version } from './version.ts';

/** What a program is built for, in the words of Go. */
export interface Platform {
  readonly os: 'darwin' | 'linux';
  readonly arch: 'amd64' | 'arm64';
}

/** Everything that is known about one external program: how to ask it, which versions fit, where it is published. */
export interface Release {
  readonly name: ToolName;
  /** The version that is downloaded. */
  readonly pinned: string;
  /** The arguments that make it print its version, without asking a cluster. */
  readonly versionArgs: readonly string[];
  /** Finds the version in what it printed. May throw on what it does not understand. */
  readonly readVersion: (stdout: string) => string;
  /** Whether a version works with a cluster of this Kubernetes version. */
  readonly accepts: (version: Version, kubernetes: Version) => boolean;
  /** The same in words, for messages. */
  readonly range: (kubernetes: Version) => string;
  /** Where a file with the version to download stands when the pinned one does not fit. */
  readonly newest?: (kubernetes: Version) => string;
  /** The URL of the published file. */
  readonly url: (version: string, platform: Platform) => string;
  /** The URL of the published checksum, a SHA-256 alone or in lines of `sha256sum`. */
  readonly checksumUrl: (version: string, platform: Platform) => string;
  /** The program's path in the published .tar.gz; absent: what is published is the program itself. */
  readonly entry?: (platform: Platform) => string;
  /**
   * SHA-256 of the program itself by `version os/arch`, computed from the bytes that the tests of this package run. They
   * hold when site and checksum file lie together.
   */
  readonly known: Readonly<Record<string, string>>;
  /** Megabytes on disk while it is downloaded and unpacked. */
  readonly space: number;
}

const atLeast = (version: Version, least: string): boolean => {
  const bound = parseVersion(least);
  return bound !== undefined && compareVersions(version, bound) >= 0;
};

const eksctlRelease = (version: string): string =>
  `https://github.com/eksctl-io/eksctl/releases/download/v${version}`;
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The external programs, as data. */
export const releases: Readonly<Record<ToolName, Release>> = {
  eksctl: {
    name: 'eksctl',
    pinned: pins.eksctl,
    versionArgs: ['version'],
    readVersion: (stdout) => stdout,
    // Older ones are refused: what this tool knows of eksctl's stacks, messages and exit codes is the pinned release's
    // (an older one, for instance, failed on a Fargate profile that exists). Newer ones read the same
    // configuration format, eksctl.io/v1alpha5.
    accepts: (version) => version.major === 0 && atLeast(version, pins.eksctl),
    range: () => `${pins.eksctl} or newer, below 1.0`,
    url: (version, { os, arch }) => `${eksctlRelease(version)}/eksctl_${capital(os)}_${arch}.tar.gz`,
    checksumUrl: (version) => `${eksctlRelease(version)}/eksctl_checksums.txt`,
    entry: () => 'eksctl',
    // No published archive of eksctl was at hand when this was written.
    known: {},
    // 207 MB unpacked (0.230.0, linux/amd64), and the archive.
    space: 300,
  },
  helm: {
    name: 'helm',
    pinned: pins.helm,
    versionArgs: ['version', '--template', '{{.Version}}'],
    readVersion: (stdout) => stdout,
    accepts: (version) => version.major <= 4 && atLeast(version, pins.helmAtLeast),
    range: () => `${pins.helmAtLeast} or newer, of helm 3 or 4`,
    url: (version, { os, arch }) => `https://get.helm.sh/helm-v${version}-${os}-${arch}.tar.gz`,
    checksumUrl: (version, { os, arch }) =>
      `https://get.helm.sh/helm-v${version}-${os}-${arch}.tar.gz.sha256sum`,
    entry: ({ os, arch }) => `${os}-${arch}/helm`,
    known: { '4.1.4 linux/amd64': '210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9' },
    space: 100,
  },
  kubectl: {
    name: 'kubectl',
    pinned: pins.kubectl,
    versionArgs: ['version', '--client', '--output=json'],
    readVersion: (stdout) => JSON.parse(stdout).clientVersion.gitVersion,
    // https://kubernetes.io/releases/version-skew-policy/#kubectl
    accepts: (version, kubernetes) =>
      version.major === kubernetes.major && Math.abs(version.minor - kubernetes.minor) <= 1,
    range: ({ major, minor }) => `${major}.${minor - 1} to ${major}.${minor + 1}`,
    newest: ({ major, minor }) => `https://dl.k8s.io/release/stable-${major}.${minor}.txt`,
    url: (version, { os, arch }) => `https://dl.k8s.io/release/v${version}/bin/${os}/${arch}/kubectl`,
    checksumUrl: (version, { os, arch }) =>
      `https://dl.k8s.io/release/v${version}/bin/${os}/${arch}/kubectl.sha256`,
    known: { '1.35.2 linux/amd64': '924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277' },
    space: 70,
  },
};

/** The platform of this machine, or undefined where the programs are not published for it (or by other names). */
export function currentPlatform(): Platform | undefined {
  const arch = ({ x64: 'amd64', arm64: 'arm64' } as const)[process.arch as string];
  const os = process.platform;
  return arch && (os === 'linux' || os === 'darwin') ? { os, arch } : undefined;
}
