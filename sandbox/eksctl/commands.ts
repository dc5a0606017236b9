import type { FlagSet } from './arguments.ts';
import type { Session } from './session.ts';

/** A command of eksctl, as far as the rehearsal's can do it. */
export interface Command {
  /** Words of the command; the last one may have aliases. */
  readonly words: readonly string[];
  readonly aliases?: readonly string[];
  readonly flags: FlagSet;
  /** True when a run can change something. */
  readonly writes: boolean;
  /** True when stdout is for the result alone as soon as `-o json` or `-o yaml` is given. */
  readonly logsAside?: boolean;
  /** Loaded when it is run: the version answers without the AWS clients. */
  readonly load: () => Promise<(session: Session) => Promise<void>>;
}

const region: FlagSet = { region: { kind: 'string', short: 'r' } };
const configFile: FlagSet = { 'config-file': { kind: 'string', short: 'f' } };
const timeout: FlagSet = { timeout: { kind: 'duration' } };
const cluster: FlagSet = { cluster: { kind: 'string', short: 'c' }, ...region, ...configFile };
const approve: FlagSet = { approve: { kind: 'bool' } };
const wait: FlagSet = { wait: { kind: 'bool', short: 'w' } };
const output: FlagSet = { output: { kind: 'string', short: 'o', default: 'table' } };
const name: FlagSet = { name: { kind: 'string' } };
const kubeconfig: FlagSet = {
  kubeconfig: { kind: 'string' },
  'set-kubeconfig-context': { kind: 'bool', default: true },
};

/** Everything that is emulated. What is missing here is refused. */
export const commands: readonly Command[] = [
  {
    words: ['version'],
    flags: { output: { kind: 'string', short: 'o' } },
    writes: false,
    load: async () => (await import('./commands/version.ts')).version,
  },
  {
    words: ['create', 'cluster'],
    flags: {
      name: { kind: 'string', short: 'n' },
      version: { kind: 'string' },
      tags: { kind: 'map' },
      zones: { kind: 'strings' },
      fargate: { kind: 'bool' },
      'with-oidc': { kind: 'bool' },
      'without-nodegroup': { kind: 'bool' },
      'support-type': { kind: 'string' },
      'dry-run': { kind: 'bool' },
      'write-kubeconfig': { kind: 'bool', default: true },
      ...kubeconfig,
      ...region,
      ...configFile,
      ...timeout,
    },
    writes: true,
    load: async () => (await import('./commands/create-cluster.ts')).createCluster,
  },
  {
    words: ['create', 'iamserviceaccount'],
    flags: {
      ...name,
      namespace: { kind: 'string', default: 'default' },
      'attach-policy-arn': { kind: 'strings' },
      'role-name': { kind: 'string' },
      'role-only': { kind: 'bool' },
      tags: { kind: 'map' },
      'override-existing-serviceaccounts': { kind: 'bool' },
      ...approve,
      ...cluster,
      ...timeout,
    },
    writes: true,
    load: async () => (await import('./commands/iamserviceaccounts.ts')).createIamServiceAccount,
  },
  {
    words: ['create', 'fargateprofile'],
    flags: {
      ...name,
      namespace: { kind: 'string' },
      labels: { kind: 'map', short: 'l' },
      tags: { kind: 'map', short: 't' },
      ...cluster,
      ...timeout,
    },
    writes: true,
    load: async () => (await import('./commands/fargateprofiles.ts')).createFargateProfile,
  },
  {
    words: ['create', 'addon'],
    flags: {
      ...name,
      version: { kind: 'string' },
      force: { kind: 'bool' },
      wait: { kind: 'bool' },
      ...cluster,
      ...timeout,
    },
    writes: true,
    load: async () => (await import('./commands/addons.ts')).createAddons,
  },
  {
    words: ['get', 'cluster'],
    aliases: ['clusters'],
    flags: { name: { kind: 'string', short: 'n' }, ...region, ...output, ...timeout },
    writes: false,
    logsAside: true,
    load: async () => (await import('./commands/get-cluster.ts')).getCluster,
  },
  {
    words: ['get', 'iamserviceaccount'],
    aliases: ['iamserviceaccounts'],
    flags: { ...name, namespace: { kind: 'string' }, ...cluster, ...output, ...timeout },
    writes: false,
    logsAside: true,
    load: async () => (await import('./commands/get-iamserviceaccount.ts')).getIamServiceAccount,
  },
  {
    words: ['get', 'fargateprofile'],
    aliases: ['fargateprofiles'],
    flags: { ...name, ...cluster, ...output, ...timeout },
    writes: false,
    logsAside: true,
    load: async () => (await import('./commands/fargateprofiles.ts')).getFargateProfile,
  },
  {
    words: ['get', 'addon'],
    aliases: ['addons'],
    flags: { ...name, ...cluster, ...output, ...timeout },
    writes: false,
    logsAside: true,
    load: async () => (await import('./commands/addons.ts')).getAddon,
  },
  {
    words: ['delete', 'cluster'],
    flags: {
      name: { kind: 'string', short: 'n' },
      force: { kind: 'bool' },
      'disable-nodegroup-eviction': { kind: 'bool' },
      'pod-eviction-wait-period': { kind: 'duration' },
      parallel: { kind: 'number' },
      ...region,
      ...configFile,
      ...wait,
      ...timeout,
    },
    writes: true,
    load: async () => (await import('./commands/delete-cluster.ts')).deleteCluster,
  },
  {
    words: ['delete', 'iamserviceaccount'],
    flags: {
      ...name,
      namespace: { kind: 'string', default: 'default' },
      ...approve,
      ...cluster,
      ...wait,
      ...timeout,
    },
    writes: true,
    load: async () => (await import('./commands/iamserviceaccounts.ts')).deleteIamServiceAccount,
  },
  {
    words: ['delete', 'fargateprofile'],
    flags: { ...name, ...cluster, ...wait, ...timeout },
    writes: true,
    load: async () => (await import('./commands/fargateprofiles.ts')).deleteFargateProfile,
  },
  {
    words: ['utils', 'associate-iam-oidc-provider'],
    flags: { ...approve, ...cluster },
    writes: true,
    load: async () => (await import('./commands/associate-oidc.ts')).associateOidc,
  },
  {
    words: ['utils', 'write-kubeconfig'],
    flags: { ...cluster, ...kubeconfig, ...timeout },
    writes: false,
    load: async () => (await import('./commands/write-kubeconfig.ts')).writeKubeconfig,
  },
  {
    words: ['utils', 'describe-stacks'],
    flags: { events: { kind: 'bool' }, all: { kind: 'bool' }, ...cluster, ...timeout },
    writes: false,
    load: async () => (await import('./commands/describe-stacks.ts')).describeStacks,
  },
];
