import type { KubeObject } from '../api.ts';
import type { ApiServer } from '../rest/context.ts';
import type { AdmissionAttributes } from './attributes.ts';
import { admitIngress } from './default-ingress-class.ts';
import { refuseWithoutController } from './not-emulated.ts';
import { admitPod } from './service-account.ts';
import { mutateByWebhooks, validateByWebhooks } from './webhooks.ts';

export type { AdmissionAttributes } from './attributes.ts';

/** A plugin of the API server itself that changes objects being created. */
type AdmissionPlugin = (server: ApiServer, object: KubeObject) => Promise<KubeObject> | KubeObject;

const plugins: Readonly<Record<string, readonly AdmissionPlugin[]>> = {
  pods: [admitPod, async (server, pod) => (await server.workloads()?.admitPod(pod)) ?? pod],
  ingresses: [admitIngress],
  statefulsets: [refuseWithoutController],
  jobs: [refuseWithoutController],
  horizontalpodautoscalers: [refuseWithoutController],
};

/** Runs the mutating admission: built-in plugins, then webhooks. Returns the object as it came out. */
export async function mutate(
  server: ApiServer,
  attributes: AdmissionAttributes,
  object: KubeObject,
): Promise<KubeObject> {
  let result = object;
  if (attributes.operation === 'CREATE' && !attributes.subresource)
    for (const plugin of plugins[attributes.resource.plural] ?? []) result = await plugin(server, result);
  return mutateByWebhooks(server, attributes, result);
}

/** Runs the validating admission; throws a KubeError that says who refused. */
export const validate = (server: ApiServer, attributes: AdmissionAttributes): Promise<void> =>
  validateByWebhooks(server, attributes);
