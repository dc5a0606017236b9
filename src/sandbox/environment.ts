import { delimiter, join } from 'node:path';
import { clusterFolder, sandboxFile } from '../paths.ts';
import type { SandboxStatus } from './client.ts';

/** An environment as `process.env` has it. */
type Environment = Readonly<Record<string, string | undefined>>;

/** The word that stands before what a rehearsal's first lines and kubeconfig contexts say. */
const label = 'sandbox';

/** What a rehearsal changes in an environment. */
export interface Changes {
  /** Variables to take out. */
  readonly unset: readonly string[];
  /** Variables to put in, except PATH. */
  readonly set: Readonly<Record<string, string>>;
  /** The folder to put first on PATH. */
  readonly tools: string;
}

/**
 * What turns an environment into one in which this tool, and any other program, meets the rehearsal instead of AWS.
 * This tool's own settings tell it so too: they go before those of a configuration file for a real account, and what stands in variables "init" writes into no file.
 */
export function changesFor(
  { env, unset, tools, profile, account, region }: SandboxStatus,
  base: Environment,
): Changes {
  const elsewhere = new RegExp(unset);
  const own = Object.entries(env).filter(([name, value]) => name !== 'PATH' && value !== '');
  const set = {
    ...Object.fromEntries(own),
    LBC_SETUP_LABEL: label,
    LBC_SETUP_PROFILE: profile,
    LBC_SETUP_ACCOUNT: account,
    LBC_SETUP_REGION: region,
    LBC_SETUP_SANDBOX: sandboxFile(),
  };
  return { unset: Object.keys(base).filter((name) => elsewhere.test(name) && !(name in set)), set, tools };
}

/** An environment with the changes made. */
export function environmentWith({ unset, set, tools }: Changes, base: Environment): Environment {
  const kept = Object.entries(base).filter(([name]) => !unset.includes(name));
  const path = [tools, ...(base.PATH ? [base.PATH] : [])].join(delimiter);
  return { ...Object.fromEntries(kept), ...set, PATH: path };
}

/** Where this tool keeps the kubeconfig of a cluster in the rehearsal. */
export const kubeconfigIn = ({ env, account }: SandboxStatus, region: string, cluster: string): string =>
  join(clusterFolder(account, region, cluster, env), 'kubeconfig');
