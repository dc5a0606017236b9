import { asCall, splitAttribute, substitutions } from './intrinsics.ts';
import { type ResourceDeclaration, type Template, validationError } from './template.ts';

/** A mention of another member of the template. */
interface Mention {
  readonly name: string;
  /** Set when the mention is `Fn::GetAtt` or its form in `Fn::Sub`. */
  readonly attribute?: string;
}

function mentionsOfText(argument: unknown): Mention[] {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = Object.keys(variables as object);
  const names = [...String(template).matchAll(substitutions)].map((match) => String(match[1]).trim());
  const outer = names.filter((name) => !own.includes(name));
  return outer
    .map((name): Mention => {
      const [first, attribute] = name.includes('.') ? splitAttribute(name) : [name];
      return { name: first, attribute };
    })
    .concat(mentions(variables, () => true));
}

/** Everything a value refers to. Of an `Fn::If` only the branch taken counts. */
export function mentions(value: unknown, condition: (name: string) => boolean): Mention[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = (items: unknown[]) => items.flatMap((item) => mentions(item, condition));
  if (Array.isArray(value)) return inner(value);
  const [name, argument] = asCall(value) ?? [];
  if (name === 'Ref') return [{ name: String(argument) }];
  if (name === 'Fn::GetAtt') {
    const [logicalId, attribute] = splitAttribute(argument);
    return [{ name: logicalId, attribute }];
  }
  if (name === 'Fn::Sub') return mentionsOfText(argument);
  if (name === 'Fn::If' && Array.isArray(argument)) {
    return mentions(argument[condition(String(argument[0])) ? 1 : 2], condition);
  }
  return inner(Object.values(value));
}

const explicit = (declaration: ResourceDeclaration): readonly string[] =>
  typeof declaration.DependsOn === 'string' ? [declaration.DependsOn] : (declaration.DependsOn ?? []);

function refuseCycles(graph: ReadonlyMap<string, ReadonlySet<string>>): void {
  const pending = new Set(graph.keys());
  for (let progress = true; progress; ) {
    const free = [...pending].filter((id) => [...(graph.get(id) ?? [])].every((need) => !pending.has(need)));
    for (const id of free) pending.delete(id);
    progress = free.length > 0;
  }
  if (pending.size > 0) {
    throw validationError(`Circular dependency between resources: [${[...pending].join(', ')}]`);
  }
}

/**
 * Which resources each resource needs first: those it mentions and those of its DependsOn.
 * @throws AwsError `ValidationError` when something mentioned does not exist, or on a cycle.
 */
export function dependencyGraph(
  template: Template,
  active: ReadonlySet<string>,
  parameters: ReadonlySet<string>,
  condition: (name: string) => boolean,
): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const id of active) {
    const declaration = template.Resources[id] as ResourceDeclaration;
    const mentioned = mentions(declaration.Properties, condition).map(({ name }) => name);
    const unresolved = [...mentioned, ...explicit(declaration)].filter(
      (name) => !active.has(name) && !parameters.has(name) && !(name in template.Resources),
    );
    const absent = mentioned.filter((name) => name in template.Resources && !active.has(name));
    const missing = [...unresolved, ...absent];
    if (missing.length > 0) {
      throw validationError(
        `Template format error: Unresolved resource dependencies [${missing.join(', ')}] in the Resources block of the template`,
      );
    }
    graph.set(id, new Set([...mentioned, ...explicit(declaration)].filter((name) => active.has(name))));
  }
  refuseCycles(graph);
  return graph;
}
