import type { Stack } from '@aws-sdk/client-cloudformation';
import { importNetwork } from './aws/network.ts';
import { stackTags } from './aws/stacks.ts';
import { waitForClusterStack } from './aws/waiters.ts';
import { messageOf, wrap } from './failure.ts';
import type { NewCluster } from './new-cluster.ts';
import { clusterTemplate } from './templates/cluster.ts';

/** Says why a stack failed: status twice, then its events, newest first (transcripts/eksctl/f2-create-stack-rollback.txt). */
async function troubleshoot(id: string, { session, stacks }: NewCluster): Promise<void> {
  const { log } = session;
  const name = stacks.clusterStackName;
  try {
    for (let look = 0; look < 2; look++) {
      const { StackStatus } = await stacks.describe(id, name);
      log.critical(`unexpected status "${StackStatus}" while waiting for CloudFormation stack "${name}"`);
    }
  } catch {
    return log.info(
      'error describing stack to troubleshoot the cause of the failure; check the CloudFormation console for further details',
    );
  }
  log.info('fetching stack events in attempt to troubleshoot the root cause of the failure');
  try {
    for (const event of await stacks.events(id, name)) {
      const reason = event.ResourceStatusReason;
      const text =
        `${event.ResourceType}/${event.LogicalResourceId}: ${event.ResourceStatus}` +
        (reason === undefined ? '' : ` – ${JSON.stringify(reason)}`);
      if (event.ResourceStatus === 'CREATE_FAILED') log.critical(text);
      else if (event.ResourceStatus === 'DELETE_IN_PROGRESS') log.warning(text);
      else log.debug(text);
    }
  } catch (error) {
    log.critical(`cannot fetch stack events: ${messageOf(error)}`);
  }
}

/** Creates the cluster stack and returns it complete. Throws Failure after saying why. */
export async function createClusterStack(cluster: NewCluster): Promise<Stack> {
  const { session, provider, stacks, config, subnets } = cluster;
  const name = stacks.clusterStackName;
  session.log.info(`building cluster stack "${name}"`);
  const { account, partition } = provider;
  const id = await stacks.create({
    name,
    template: clusterTemplate({ config, subnets, account, partition }),
    tags: { [stackTags.oidcEnabled]: String(config.iam.withOIDC) },
  });
  const stack = await waitForClusterStack(id, stacks, session).catch(async (error: unknown) => {
    await troubleshoot(id, cluster);
    throw error;
  });
  await importNetwork(provider.clients, stack).catch((error: unknown) => {
    throw wrap(`getting stack "${name}" outputs`, error);
  });
  return stack;
}
