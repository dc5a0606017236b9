import type { KubeClient } from '../../api.ts';
import type { Container, EnvVar, KeyReference, Pod, Service } from '../types.ts';
import { fieldValue } from './fields.ts';

/** A container that cannot be made from its specification; the message is the kubelet's. */
export class ConfigError extends Error {}

type Variables = Record<string, string>;
type Source = 'secret' | 'configmap';

/** The variables of a container, in the kubelet's order: API server, `envFrom`, `env`. Throws ConfigError. */
export async function environmentOf(client: KubeClient, pod: Pod, container: Container): Promise<Variables> {
  const { namespace = '' } = pod.metadata;
  const content = async (source: Source, name: string): Promise<Variables | undefined> => {
    const object = await client.get(`${source}s`, name, namespace);
    if (!object) return undefined;
    const data = Object.entries((object.data as Variables | undefined) ?? {});
    const decode = (value: string) =>
      source === 'secret' ? Buffer.from(value, 'base64').toString('utf8') : value;
    return Object.fromEntries(data.map(([key, value]) => [key, decode(value)]));
  };
  const keyOf = async (
    source: Source,
    { name, key, optional }: KeyReference,
  ): Promise<string | undefined> => {
    const data = await content(source, name);
    if (data?.[key] !== undefined || optional) return data?.[key];
    throw new ConfigError(
      data ? `couldn't find key ${key} in ${source} ${namespace}/${name}` : `${source} "${name}" not found`,
    );
  };
  const resolve = async ({ name, value = '', valueFrom }: EnvVar, known: Variables) => {
    if (!valueFrom) return expand(value, known);
    if (valueFrom.secretKeyRef) return keyOf('secret', valueFrom.secretKeyRef);
    if (valueFrom.configMapKeyRef) return keyOf('configmap', valueFrom.configMapKeyRef);
    if (valueFrom.fieldRef) return fieldValue(pod, valueFrom.fieldRef.fieldPath);
    throw new ConfigError(`the rehearsal does not emulate resourceFieldRef (variable ${name})`);
  };
  const api = (await client.get('services', 'kubernetes', 'default')) as Service | undefined;
  const variables: Variables = {
    KUBERNETES_SERVICE_HOST: api?.spec?.clusterIP ?? '',
    KUBERNETES_SERVICE_PORT: '443',
    HOSTNAME: pod.metadata.name,
  };
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const source: Source = configMapRef ? 'configmap' : 'secret';
    const reference = configMapRef ?? secretRef;
    const data = await content(source, reference?.name ?? '');
    if (!data && !reference?.optional) throw new ConfigError(`${source} "${reference?.name}" not found`);
    for (const [key, value] of Object.entries(data ?? {})) variables[prefix + key] = value;
  }
  for (const variable of container.env ?? []) {
    const value = await resolve(variable, variables);
    if (value !== undefined) variables[variable.name] = value;
  }
  return variables;
}

/** Replaces `$(NAME)` by variables that are known; `$$` escapes. */
export const expand = (text: string, variables: Readonly<Variables>): string =>
  text.replace(/\$\$|\$\(([^)]+)\)/g, (match, name: string | undefined) =>
    name === undefined ? '$' : (variables[name] ?? match),
  );
