import type { KubeObject } from '../api.ts';
import { apiVersion, type Resource } from '../model/resource.ts';
import type { RequestContext } from '../rest/context.ts';
import { timestamp } from '../rest/metadata.ts';
import { difference, emptySet, union } from './field-set.ts';
import { blankObject, managerKey, ownable, readManagers, unmanaged, writeManagers } from './managers.ts';
import { compare } from './typed.ts';

/** Books the difference between two states of an object under the request's field manager, in `next`. */
export function trackUpdate(
  resource: Resource,
  current: KubeObject | undefined,
  next: KubeObject,
  context: RequestContext,
  now: Date,
  subresource?: string,
): void {
  const before = readManagers(next);
  // Objects whose owners were never recorded, or were reset, stay that way until somebody applies.
  if (current && before.size === 0) return;
  const { added, modified, removed } = compare(
    resource.schema,
    current ? unmanaged(current) : blankObject(resource),
    unmanaged(next),
  );
  const hasStatus = resource.subresources.some((part) => part.name === 'status');
  const taken = ownable(union(added, modified), hasStatus, subresource);
  const self = {
    manager: context.manager,
    operation: 'Update',
    apiVersion: apiVersion(resource),
    ...(subresource ? { subresource } : {}),
  } as const;
  const key = managerKey(self);
  const managers = new Map(
    [...before].map(([other, manager]) => [
      other,
      {
        ...manager,
        fields: difference(difference(manager.fields, removed), other === key ? emptySet : taken),
      },
    ]),
  );
  const own = managers.get(key)?.fields ?? emptySet;
  managers.set(key, { ...self, fields: union(own, taken) });
  writeManagers(next, managers, before, timestamp(now));
}
