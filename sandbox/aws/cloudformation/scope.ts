import type { World } from '../../world.ts';
import type { Scope } from './intrinsics.ts';
import { parameterValue, pseudoParameters } from './parameters.ts';
import type { StackState, StackStore } from './stack.ts';
import { type ParameterDeclaration, validationError } from './template.ts';

function exportedValue(store: StackStore, region: string, name: string): string {
  const outputs = store.list(region).flatMap((stack) => stack.outputs);
  const value = outputs.find(({ ExportName }) => ExportName === name)?.OutputValue;
  if (value === undefined) throw validationError(`No export named ${name} found.`);
  return value;
}

/** What a stack's template can refer to. Resources appear in it as they are made. */
export function stackScope(world: World, store: StackStore, stack: StackState): Scope {
  const { template, parameters } = stack;
  const pseudo = pseudoParameters({ ...stack, account: world.account, partition: world.partition });
  return {
    reference(name) {
      const parameter = parameters.get(name);
      if (parameter !== undefined) {
        return parameterValue(template.Parameters?.[name] as ParameterDeclaration, parameter);
      }
      return pseudo.get(name) ?? stack.resources.get(name)?.physicalId;
    },
    attribute(logicalId, name) {
      const value = stack.resources.get(logicalId)?.attributes[name];
      if (value === undefined) {
        throw validationError(`Template error: resource ${logicalId} has no attribute ${name}`);
      }
      return value;
    },
    condition(name) {
      const value = stack.conditions.get(name);
      if (value === undefined) {
        throw validationError(`Template format error: Unresolved condition dependency ${name}`);
      }
      return value;
    },
    mapping(map, first, second) {
      const value = template.Mappings?.[map]?.[first]?.[second];
      if (value === undefined) {
        throw validationError(`Template error: Unable to get mapping for ${map}::${first}::${second}`);
      }
      return value;
    },
    importValue: (name) => exportedValue(store, stack.region, name),
    zones(region) {
      const zones = stack.zones.get(region);
      if (!zones) throw validationError(`Template error: Fn::GetAZs does not support the region ${region}`);
      return zones;
    },
  };
}
