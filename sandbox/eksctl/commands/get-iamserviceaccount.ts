import type { Stack } from '@aws-sdk/client-cloudformation';
import { accountStacks } from '../account-tasks.ts';
import { requireOperable } from '../aws/cluster.ts';
import { createStacks, requireOutput, stackTags, tagOf } from '../aws/stacks.ts';
import { wrap } from '../failure.ts';
import { type Column, render } from '../output.ts';
import type { Session } from '../session.ts';
import { roleOutput } from '../templates/account-role.ts';
import { openTarget } from './target.ts';

interface Found {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly wellKnownPolicies: object;
  readonly status: {
    readonly roleARN: string;
    readonly stackName?: string;
    readonly [field: string]: unknown;
  };
}

/** Always false: eksctl does not look what a role may do (transcripts/eksctl/d3c-get-irsa.txt). */
const wellKnownPolicies = {
  imageBuilder: false,
  autoScaler: false,
  awsLoadBalancerController: false,
  externalDNS: false,
  certManager: false,
  ebsCSIController: false,
  efsCSIController: false,
};

const columns: readonly Column<Found>[] = [
  ['NAMESPACE', ({ metadata }) => metadata.namespace],
  ['NAME', ({ metadata }) => metadata.name],
  ['ROLE ARN', ({ status }) => status.roleARN],
];

/** Only the last tag and capability are shown, as eksctl overwrites them one by one. */
function toAccount(stack: Stack): Found {
  const [namespace = '', name = ''] = (tagOf(stack, stackTags.serviceAccount) ?? '').split('/');
  const tag = stack.Tags?.at(-1);
  const capability = stack.Capabilities?.at(-1);
  return {
    metadata: { name, namespace },
    wellKnownPolicies,
    status: {
      roleARN: requireOutput(stack, roleOutput),
      stackName: stack.StackName,
      tags: tag?.Key === undefined ? undefined : { [tag.Key]: tag.Value },
      capabilities: capability === undefined ? undefined : [capability],
    },
  };
}

/**
 * `eksctl get iamserviceaccount`: reads stacks only, never Kubernetes, and one rolled-back stack breaks the
 * list (facts/eksctl.md §6).
 */
export async function getIamServiceAccount(session: Session): Promise<void> {
  const { args, print } = session;
  const { target, existing } = await openTarget(session, {
    clusterFlag: 'cluster',
    nameArgument: false,
    compatible: ['name'],
  });
  requireOperable(existing);
  const wantedName = args.name ?? args.string('name');
  const wantedNamespace = args.string('namespace');
  const stacks = await accountStacks(createStacks(existing.clients, session, target.config.metadata));
  const selected = stacks.filter((stack) => {
    const [namespace, name] = (tagOf(stack, stackTags.serviceAccount) ?? '').split('/');
    return (
      (wantedName === '' || name === wantedName) && (wantedNamespace === '' || namespace === wantedNamespace)
    );
  });
  let found: Found[];
  try {
    found = selected.map(toAccount);
  } catch (error) {
    throw wrap('getting iamserviceaccounts', error);
  }
  print(render(args.string('output'), 'iamserviceaccounts', found, { rows: found, columns }));
}
