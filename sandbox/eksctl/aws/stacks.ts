import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  paginateListStacks,
  type Stack,
  type StackEvent,
  type StackStatus,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { Failure, wrap } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Template } from '../templates/intrinsics.ts';
import { release } from '../version.ts';
import type { AwsClients } from './clients.ts';

/** Tags by which eksctl finds its stacks again. */
export const stackTags = {
  clusterName: 'alpha.eksctl.io/cluster-name',
  legacyClusterName: 'eksctl.cluster.k8s.io/v1alpha1/cluster-name',
  version: 'alpha.eksctl.io/eksctl-version',
  oidcEnabled: 'alpha.eksctl.io/cluster-oidc-enabled',
  serviceAccount: 'alpha.eksctl.io/iamserviceaccount-name',
  addon: 'alpha.eksctl.io/addon-name',
} as const;

const listedStatuses: readonly StackStatus[] = [
  'CREATE_IN_PROGRESS',
  'CREATE_FAILED',
  'CREATE_COMPLETE',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_FAILED',
  'ROLLBACK_COMPLETE',
  'DELETE_IN_PROGRESS',
  'DELETE_FAILED',
  'UPDATE_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_FAILED',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'REVIEW_IN_PROGRESS',
];

interface NewStack {
  readonly name: string;
  readonly template: Template;
  /** Tags beyond the cluster's. */
  readonly tags: Readonly<Record<string, string>>;
  /** True when the template names a role. */
  readonly named?: boolean;
}

/** The CloudFormation stacks of one cluster. Errors are Failure in eksctl's words. */
export interface Stacks {
  readonly clusterStackName: string;
  /** Asks for a stack and returns its id; does not wait. */
  create(stack: NewStack): Promise<string>;
  /** By name or id. */
  describe(nameOrId: string, name?: string): Promise<Stack>;
  events(id: string, name: string): Promise<StackEvent[]>;
  /** Every stack of the cluster that is not deleted, described. */
  list(): Promise<Stack[]>;
  /** Names of stacks that match, described or not. */
  names(pattern: RegExp): Promise<string[]>;
  /** Switches termination protection off and asks for the deletion; does not wait. */
  delete(stack: Stack): Promise<void>;
}

/** A tag's value, or undefined. */
export const tagOf = (stack: Stack, key: string): string | undefined =>
  stack.Tags?.find((tag) => tag.Key === key)?.Value;

/** An output's value, or undefined. */
export const outputOf = (stack: Stack, key: string): string | undefined =>
  stack.Outputs?.find((output) => output.OutputKey === key)?.OutputValue;

/** The value of an output that must be there. Throws Failure (transcripts/eksctl/d11-get-irsa-with-failed.txt). */
export function requireOutput(stack: Stack, key: string): string {
  const value = outputOf(stack, key);
  if (value === undefined) throw new Failure(`no output "${key}" in stack "${stack.StackName}"`);
  return value;
}

const toTags = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Makes the stack manager of a cluster. `metadata.tags` go onto every stack. */
export function createStacks(
  { cloudFormation }: AwsClients,
  { log }: Pick<Session, 'log'>,
  cluster: { readonly name: string; readonly tags?: Readonly<Record<string, string>> },
): Stacks {
  const sharedTags = {
    [stackTags.clusterName]: cluster.name,
    [stackTags.legacyClusterName]: cluster.name,
    [stackTags.version]: release,
    ...cluster.tags,
  };
  const ours = new RegExp(
    `^(eksctl|EKS)-${cluster.name}-((cluster|nodegroup-.+|addon-.+|podidentityrole-.+|fargate|karpenter|capability-.+)|(VPC|ServiceRole|ControlPlane|DefaultNodeGroup))$`,
  );
  const describe = async (nameOrId: string, name = nameOrId): Promise<Stack> => {
    const { Stacks: found = [] } = await cloudFormation
      .send(new DescribeStacksCommand({ StackName: nameOrId }))
      .catch((error: unknown) => {
        throw wrap(`describing CloudFormation stack "${name}"`, error);
      });
    const [stack] = found;
    if (stack === undefined) throw new Failure(`no CloudFormation stack found for ${name}`);
    return stack;
  };
  const summaries = async (pattern: RegExp): Promise<{ name: string; id: string }[]> => {
    const matching: { name: string; id: string }[] = [];
    const pages = paginateListStacks({ client: cloudFormation }, { StackStatusFilter: [...listedStatuses] });
    for await (const { StackSummaries = [] } of pages)
      for (const { StackName = '', StackId = '' } of StackSummaries)
        if (pattern.test(StackName)) matching.push({ name: StackName, id: StackId });
    return matching;
  };
  return {
    clusterStackName: `eksctl-${cluster.name}-cluster`,
    describe,
    async create({ name, template, tags, named }) {
      const { StackId = name } = await cloudFormation
        .send(
          new CreateStackCommand({
            StackName: name,
            DisableRollback: false,
            EnableTerminationProtection: true,
            Tags: toTags({ ...sharedTags, ...tags }),
            TemplateBody: JSON.stringify(template),
            Capabilities: [named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'],
          }),
        )
        .catch((error: unknown) => {
          throw wrap(`creating CloudFormation stack "${name}"`, error);
        });
      log.info(`deploying stack "${name}"`);
      return StackId;
    },
    async events(id, name) {
      const { StackEvents = [] } = await cloudFormation
        .send(new DescribeStackEventsCommand({ StackName: id }))
        .catch((error: unknown) => {
          throw wrap(`describing CloudFormation stack "${name}" events`, error);
        });
      return StackEvents;
    },
    async list() {
      try {
        const stacks: Stack[] = [];
        for (const { id, name } of await summaries(ours)) stacks.push(await describe(id, name));
        if (stacks.length === 0) log.debug(`No stacks found for ${cluster.name}`);
        return stacks;
      } catch (error) {
        throw wrap(`describing CloudFormation stacks for "${cluster.name}"`, error);
      }
    },
    names: async (pattern) => (await summaries(pattern)).map(({ name }) => name),
    async delete(stack) {
      const { StackId, StackName } = stack;
      if (
        tagOf(stack, stackTags.clusterName) !== cluster.name &&
        tagOf(stack, stackTags.legacyClusterName) !== cluster.name
      )
        throw new Failure(
          `cannot delete stack "${StackName}" as it doesn't bear our "${stackTags.legacyClusterName}:${cluster.name}", "${stackTags.clusterName}:${cluster.name}" tags`,
        );
      if (stack.EnableTerminationProtection)
        await cloudFormation
          .send(
            new UpdateTerminationProtectionCommand({
              StackName: StackId,
              EnableTerminationProtection: false,
            }),
          )
          .catch((error: unknown) => {
            throw wrap(`disabling termination protection on stack "${StackName}"`, error);
          });
      await cloudFormation.send(new DeleteStackCommand({ StackName: StackId })).catch((error: unknown) => {
        throw wrap(`not able to delete stack "${StackName}"`, error);
      });
      log.info(`will delete stack "${StackName}"`);
    },
  };
}
