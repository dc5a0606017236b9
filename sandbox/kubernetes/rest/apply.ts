import { KubeError, type KubeObject, type Subresource } from '../api.ts';
import { type Applied, applyConfiguration } from '../apply/apply.ts';
import { readManagers, writeManagers } from '../apply/managers.ts';
import { conform, TypeMismatch } from '../model/conform.ts';
import { badRequest, notFound } from '../model/errors.ts';
import { apiVersion, type Resource } from '../model/resource.ts';
import type { ApiServer, RequestContext } from './context.ts';
import { create } from './create.ts';
import { timestamp } from './metadata.ts';
import { find } from './read.ts';
import { update } from './update.ts';

/** A server-side apply request. */
export interface ApplyRequest {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly config: KubeObject;
  readonly force: boolean;
  readonly subresource?: Subresource;
}

/** Applies a configuration, creating the object when there is none. */
export async function apply(
  server: ApiServer,
  request: ApplyRequest,
  context: RequestContext,
): Promise<{ object: KubeObject; created: boolean }> {
  const { resource, namespace, name, force, subresource } = request;
  const config = checkedConfig(request);
  const applier = { manager: context.manager, force, ...(subresource ? { subresource } : {}) };
  const record = (next: KubeObject, { managers }: Applied, current?: KubeObject) =>
    writeManagers(
      next,
      managers,
      current ? readManagers(current) : new Map(),
      timestamp(server.world.clock.now()),
    );
  if (!find(server, resource, namespace, name)) {
    if (subresource) throw notFound(resource, name);
    const applied = applyConfiguration(resource, undefined, config, applier);
    const object = await create(server, resource, namespace, applied.object, context, (next) =>
      record(next, applied),
    );
    return { object, created: true };
  }
  let applied: Applied | undefined;
  const change = (current: KubeObject): KubeObject => {
    applied = applyConfiguration(resource, current, config, applier);
    const managedFields = current.metadata.managedFields;
    return { ...applied.object, metadata: { ...applied.object.metadata, managedFields } };
  };
  const object = await update(
    server,
    resource,
    namespace,
    name,
    change,
    context,
    subresource,
    (current, next) => {
      if (applied) record(next, applied, current);
    },
  );
  return { object, created: false };
}

function checkedConfig({ resource, name, config }: ApplyRequest): KubeObject {
  if (!config?.apiVersion && !config?.kind) throw badRequest('invalid object type: /, Kind=');
  if (config?.apiVersion !== apiVersion(resource) || config.kind !== resource.kind)
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${config?.apiVersion}, expected: ${apiVersion(resource)}`,
    );
  if (config.metadata?.managedFields) throw badRequest('metadata.managedFields must be nil');
  if (config.metadata?.name && config.metadata.name !== name)
    throw badRequest(
      `the name of the object (${config.metadata.name}) does not match the name on the URL (${name})`,
    );
  // As the configuration itself says it.
  const where = `${config.metadata?.namespace ?? ''}/${name}; ${resource.group}/${resource.version}, Kind=${resource.kind}`;
  const fail = (why: string) =>
    new KubeError(500, '', `failed to create typed patch object (${where}): ${why}`);
  try {
    const { value, unknown } = conform(resource.schema, config);
    const [first] = unknown;
    if (first) throw fail(`.${first}: field not declared in schema`);
    const object = value as KubeObject;
    return { ...object, metadata: { ...object.metadata, name } };
  } catch (error) {
    throw error instanceof TypeMismatch ? fail(error.message) : error;
  }
}
