import { KubeError, type KubeObject } from '../api.ts';
import type { ApiServer } from '../rest/context.ts';

/** Refuses a kind whose controller the rehearsal lacks: it would be stored and nothing would ever come of it. */
export function refuseWithoutController(_server: ApiServer, { kind }: KubeObject): KubeObject {
  throw new KubeError(501, 'NotEmulated', `The rehearsal does not emulate the controller of a ${kind}.`);
}
