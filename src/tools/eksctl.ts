import type { ToolRunner } from './tool.ts';

/** eksctl, as far as it is needed here. Every command reads the same generated configuration file. */
export interface Eksctl {
  /** Creates everything in the configuration. Cannot be resumed: a rerun fails with AlreadyExistsException. */
  createCluster(configFile: string): Promise<void>;
  createAddons(configFile: string): Promise<void>;
  createFargateProfiles(configFile: string): Promise<void>;
  /** Exit code 0 says nothing: with a stack in whatever state it does nothing and succeeds. */
  createServiceAccounts(configFile: string): Promise<void>;
  deleteServiceAccount(cluster: string, namespace: string, name: string): Promise<void>;
  deleteCluster(cluster: string): Promise<void>;
}

const minutes = (count: number): number => count * 60;

/**
 * Makes an eksctl for one region. It never touches the user's kubeconfig: it gets the tool's own, which it also
 * prunes on delete.
 */
export function createEksctl(tools: ToolRunner, region: string, kubeconfig: () => Promise<string>): Eksctl {
  const run = async (timeout: number, args: string[]): Promise<void> => {
    await tools.run({ tool: 'eksctl', args, writes: true, timeout, env: { KUBECONFIG: await kubeconfig() } });
  };
  return {
    createCluster: (file) =>
      run(minutes(60), [
        'create',
        'cluster',
        '--config-file',
        file,
        '--write-kubeconfig=false',
        '--timeout',
        '40m',
      ]),
    createAddons: (file) => run(minutes(30), ['create', 'addon', '--config-file', file]),
    createFargateProfiles: (file) => run(minutes(45), ['create', 'fargateprofile', '--config-file', file]),
    createServiceAccounts: (file) =>
      run(minutes(30), [
        ...['create', 'iamserviceaccount', '--config-file', file],
        ...['--override-existing-serviceaccounts', '--approve'],
      ]),
    deleteServiceAccount: (cluster, namespace, name) =>
      run(minutes(30), [
        ...['delete', 'iamserviceaccount', '--cluster', cluster, '--region', region],
        ...['--namespace', namespace, '--name', name, '--wait'],
      ]),
    deleteCluster: (cluster) =>
      run(minutes(60), [
        ...['delete', 'cluster', '--name', cluster, '--region', region],
        ...['--wait', '--disable-nodegroup-eviction'],
      ]),
  };
}
