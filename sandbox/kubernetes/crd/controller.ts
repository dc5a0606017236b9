import { isDeepStrictEqual } from 'node:util';
import type { KubeClient, KubeObject } from '../api.ts';
import { resourceName } from '../model/resource.ts';
import type { ApiServer } from '../rest/context.ts';
import { timestamp } from '../rest/metadata.ts';
import {
  awaitsCleanup,
  cleanedFinalizers,
  conditionOf,
  type Definition,
  servedResources,
} from './definition.ts';

const definitionsName = 'customresourcedefinitions.apiextensions.k8s.io';
// transcripts/lbc/crds.txt: seven definitions were established within a second.
const establishSeconds = 0.3;

/** Serves the custom resources of a cluster: accepts names, establishes, and cleans up behind deleted definitions. */
export function runDefinitionController(server: ApiServer, client: KubeClient): () => void {
  const { store, catalogue, world } = server;
  const serve = (definition: Definition): void => {
    if (conditionOf(definition, 'Established')?.status === 'True')
      catalogue.serve(definition.metadata.name, servedResources(definition));
  };
  const establish = async (name: string): Promise<void> => {
    const definition = store.get(definitionsName, undefined, name) as Definition | undefined;
    if (!definition || definition.metadata.deletionTimestamp) return;
    await client.patch(
      definitionsName,
      name,
      undefined,
      { status: establishedStatus(definition, timestamp(world.clock.now())) },
      { subresource: 'status' },
    );
  };
  const cleanUp = async (definition: Definition): Promise<void> => {
    const { name } = definition.metadata;
    const remaining = () => store.list(name);
    for (const { metadata } of remaining()) await client.delete(name, metadata.name, metadata.namespace);
    if (remaining().length > 0) return;
    await client.patch(definitionsName, name, undefined, {
      metadata: { finalizers: cleanedFinalizers(definition) },
    });
  };
  const cleaning = new Map<string, () => void>();
  const startCleanUp = (definition: Definition): void => {
    const { name } = definition.metadata;
    if (cleaning.has(name)) return;
    const again = () => {
      const present = store.get(definitionsName, undefined, name) as Definition | undefined;
      if (present && awaitsCleanup(present)) cleanUp(present).catch(() => undefined);
    };
    cleaning.set(
      name,
      store.subscribe(name, (change) => change.type === 'DELETED' && again()),
    );
    again();
  };
  const onObject = (object: KubeObject): void => {
    const definition = object as Definition;
    const { name, deletionTimestamp } = definition.metadata;
    serve(definition);
    if (deletionTimestamp) startCleanUp(definition);
    else if (!isDeepStrictEqual(definition.status, establishedStatus(definition, '')))
      world.clock.after(establishSeconds, () => {
        establish(name).catch(() => undefined);
      });
  };
  return store.subscribe(definitionsName, ({ type, object }) => {
    if (type !== 'DELETED') return onObject(object);
    catalogue.withdraw(object.metadata.name);
    cleaning.get(object.metadata.name)?.();
    cleaning.delete(object.metadata.name);
  });
}

// Conditions that hold already keep their time.
function establishedStatus(definition: Definition, now: string): Definition['status'] {
  const { names } = definition.spec;
  const condition = (type: string, reason: string, message: string) => {
    const present = conditionOf(definition, type);
    return present?.status === 'True'
      ? present
      : { type, status: 'True' as const, reason, message, lastTransitionTime: now };
  };
  return {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: names,
    storedVersions: definition.status?.storedVersions ?? [],
  };
}

/** Whether objects of a custom resource can still be created. */
export const isTerminating = (server: ApiServer, resource: Parameters<typeof resourceName>[0]): boolean =>
  server.store.get(definitionsName, undefined, resourceName(resource))?.metadata.deletionTimestamp !==
  undefined;
