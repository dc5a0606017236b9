import type { CreateStackInput } from '@aws-sdk/client-cloudformation';
import type { World } from '../../world.ts';
import { AwsError, type Call } from '../service.ts';
import { dependencyGraph, mentions } from './dependencies.ts';
import { holds, type Scope } from './intrinsics.ts';
import { pseudoParameters, resolveParameters } from './parameters.ts';
import { uuid } from './physical-names.ts';
import { checkPropertyNames } from './properties.ts';
import { resourceTypes } from './resources/table.ts';
import { cloudFormationPrincipal } from './run.ts';
import { stackScope } from './scope.ts';
import type { StackState, StackStore } from './stack.ts';
import { parseTemplate, type Template, validationError } from './template.ts';

function checkTypes(template: Template): void {
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  const unknown = [...new Set(types.filter((type) => !Object.hasOwn(resourceTypes, type)))];
  if (unknown.length > 0) {
    throw validationError(`Template format error: Unrecognized resource types: [${unknown.join(', ')}]`);
  }
  for (const { Type, Properties } of Object.values(template.Resources)) {
    const entry = resourceTypes[Type];
    if (entry) checkPropertyNames(Type, entry, Properties ?? {});
  }
}

/** The capabilities a template needs, weakest first. */
export function requiredCapabilities(template: Template): string[] {
  const needs = Object.values(template.Resources).map(({ Type, Properties }) =>
    resourceTypes[Type]?.capability?.(Properties ?? {}),
  );
  return [...new Set(needs.filter((need) => need !== undefined))].sort();
}

function checkCapabilities(template: Template, given: readonly string[]): void {
  const strongest = requiredCapabilities(template).at(-1);
  // CAPABILITY_NAMED_IAM includes CAPABILITY_IAM.
  if (!strongest || given.includes(strongest) || given.includes('CAPABILITY_NAMED_IAM')) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${strongest}]`);
}

function checkAttributes(template: Template, condition: (name: string) => boolean): void {
  const values = [
    ...Object.values(template.Resources).map(({ Properties }) => Properties),
    ...Object.values(template.Outputs ?? {}),
  ];
  for (const { name, attribute } of values.flatMap((value) => mentions(value, condition))) {
    const entry = resourceTypes[template.Resources[name]?.Type ?? ''];
    if (attribute && entry && !entry.attributeNames.includes(attribute)) {
      throw validationError(
        `Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    }
  }
}

function checkOutputs(template: Template, active: ReadonlySet<string>, scope: Scope): void {
  const outputs = Object.values(template.Outputs ?? {}).filter(
    ({ Condition }) => !Condition || scope.condition(Condition),
  );
  const names = outputs.flatMap((output) => mentions(output, scope.condition)).map(({ name }) => name);
  const missing = names.filter((name) => !active.has(name) && scope.reference(name) === undefined);
  if (missing.length > 0) {
    throw validationError(
      `Template format error: Unresolved resource dependencies [${missing.join(', ')}] in the Outputs block of the template`,
    );
  }
}

/** Conditions may use other conditions, in any order; one that uses itself never resolves. */
function resolveConditions(template: Template, conditions: Map<string, boolean>, scope: Scope): void {
  const evaluating = new Set<string>();
  const resolve = (name: string): boolean => {
    const known = conditions.get(name);
    if (known !== undefined) return known;
    if (evaluating.has(name)) throw validationError(`Circular dependency between conditions: [${name}]`);
    evaluating.add(name);
    const expression = template.Conditions?.[name];
    if (expression === undefined) return scope.condition(name);
    const value = holds(expression, { ...scope, condition: resolve });
    conditions.set(name, value);
    return value;
  };
  for (const name of Object.keys(template.Conditions ?? {})) resolve(name);
}

/** The zones Fn::GetAZs may ask for; asked of EC2 once, and only when the template has the function. */
async function zonesFor(world: World, call: Call, body: string): Promise<ReadonlyMap<string, string[]>> {
  if (!body.includes('GetAZs')) return new Map();
  const caller = cloudFormationPrincipal(call.principal);
  const answer = await world.aws.invoke('ec2', 'DescribeAvailabilityZones', {}, caller, call.region);
  const { AvailabilityZones } = answer as { AvailabilityZones: { ZoneName: string }[] };
  return new Map([[call.region, AvailabilityZones.map(({ ZoneName }) => ZoneName)]]);
}

/**
 * Reads a CreateStack request into a stack whose template is known to be sound. Nothing is made yet.
 * @throws AwsError as CreateStack does; NotEmulated for what the rehearsal lacks.
 */
export async function planStack(
  world: World,
  store: StackStore,
  input: CreateStackInput,
  call: Call,
): Promise<StackState> {
  const body = input.TemplateBody ?? '';
  const template = parseTemplate(body);
  checkTypes(template);
  checkCapabilities(template, input.Capabilities ?? []);
  const name = input.StackName ?? '';
  const id = `arn:${world.partition}:cloudformation:${call.region}:${world.account}:stack/${name}/${uuid(world.random)}`;
  const graph = new Map<string, Set<string>>();
  const conditions = new Map<string, boolean>();
  const stack: StackState = {
    id,
    name,
    region: call.region,
    owner: call.principal,
    body,
    template,
    parameters: resolveParameters(template, input.Parameters ?? []),
    graph,
    conditions,
    zones: await zonesFor(world, call, body),
    tags: input.Tags ?? [],
    capabilities: input.Capabilities ?? [],
    onFailure: input.DisableRollback ? 'DO_NOTHING' : (input.OnFailure ?? 'ROLLBACK'),
    clientRequestToken: input.ClientRequestToken,
    createdAt: world.clock.now(),
    status: 'CREATE_IN_PROGRESS',
    terminationProtection: input.EnableTerminationProtection ?? false,
    resources: new Map(),
    outputs: [],
    events: [],
  };
  const scope = stackScope(world, store, stack);
  resolveConditions(template, conditions, scope);
  const declared = Object.entries(template.Resources);
  const active = declared.filter(([, { Condition }]) => !Condition || scope.condition(Condition));
  const ids = new Set(active.map(([logicalId]) => logicalId));
  const pseudo = pseudoParameters({ ...stack, account: world.account, partition: world.partition });
  const names = new Set([...stack.parameters.keys(), ...pseudo.keys()]);
  for (const [key, needs] of dependencyGraph(template, ids, names, scope.condition)) graph.set(key, needs);
  checkAttributes(template, scope.condition);
  checkOutputs(template, ids, scope);
  for (const [logicalId, { Type, DeletionPolicy }] of active) {
    stack.resources.set(logicalId, {
      logicalId,
      type: Type,
      deletionPolicy: DeletionPolicy ?? 'Delete',
      attributes: {},
      changedAt: stack.createdAt,
    });
  }
  return stack;
}
