import type { Clock } from '../../clock.ts';
import { type KubeClient, KubeError, type KubeObject } from '../../kubernetes/api.ts';
import type { EventRecorder } from '../kube/events.ts';
import type { Logger } from '../log.ts';
import { atLeast } from '../time.ts';

interface Lease extends KubeObject {
  spec: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

const resource = 'leases.coordination.k8s.io';
const leaseName = 'aws-load-balancer-controller-leader';

/** client-go's durations in seconds: how long a lease holds, and how often it is renewed and looked at. */
const durations = { lease: 15, retry: 2 };

/** Looks without change after which a lease counts as expired. They are counted: a stall delays both sides alike. */
const patience = Math.ceil(durations.lease / durations.retry);

/** Renewals that may fail in a row: as many as fit into the renew deadline of 10 s. */
const failuresAllowed = 5;

/** Real milliseconds: a fast clock must not make the renewals a burden. */
const shortestRealWait = 20;

/** What a candidate for leadership is made with. */
export interface CandidateParts {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly namespace: string;
  /** Told apart by process: a restarted container is another candidate. */
  readonly identity: string;
  readonly signal: AbortSignal;
  readonly events: EventRecorder;
  readonly log: Logger;
}

/**
 * Waits for the lease, then renews it until `signal` aborts. `lead` is called once, when leadership begins. Returns
 * when aborted, without giving the lease back, as the real controller does: the next leader waits for its expiry.
 * Throws when leadership is lost.
 */
export async function runForLeader(parts: CandidateParts, lead: () => void): Promise<void> {
  const { clock, namespace, identity, signal, log } = parts;
  const pause = (): Promise<void> => clock.sleep(atLeast(clock, durations.retry, shortestRealWait), signal);
  log.info(`attempting to acquire leader lease ${namespace}/${leaseName}...`);
  let seen: { version: string | undefined; looks: number } = { version: undefined, looks: 0 };
  for (;;) {
    const lease = await look(parts);
    const version = lease?.metadata.resourceVersion;
    seen = version === seen.version ? { version, looks: seen.looks + 1 } : { version, looks: 0 };
    const free = lease === undefined || !lease.spec.holderIdentity || seen.looks >= patience;
    if (free && (await attempt(() => acquire(parts, lease)))) break;
    await pause();
  }
  log.info(`successfully acquired lease ${namespace}/${leaseName}`);
  lead();
  for (let failures = 0; !signal.aborted; ) {
    await pause();
    const lease = await look(parts);
    if (lease !== undefined && lease.spec.holderIdentity !== identity) break;
    const renewed = await attempt(() => (lease === undefined ? acquire(parts, lease) : renew(parts, lease)));
    failures = renewed ? 0 : failures + 1;
    if (failures >= failuresAllowed) break;
  }
  if (!signal.aborted) throw new Error('leader election lost');
}

const look = async ({ client, namespace }: CandidateParts): Promise<Lease | undefined> =>
  (await client.get(resource, leaseName, namespace)) as Lease | undefined;

/** False when somebody else was faster or the API server did not answer. */
async function attempt(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof KubeError) return false;
    throw error;
  }
}

const microTime = (clock: Clock): string => clock.now().toISOString().replace('Z', '000Z');

async function acquire(parts: CandidateParts, lease: Lease | undefined): Promise<void> {
  const { client, clock, namespace, identity, events } = parts;
  const time = microTime(clock);
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: durations.lease,
    acquireTime: time,
    renewTime: time,
    leaseTransitions: lease === undefined ? 0 : (lease.spec.leaseTransitions ?? 0) + 1,
  };
  const acquired =
    lease === undefined
      ? await client.create(resource, {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: leaseName, namespace },
          spec,
        })
      : await client.update(resource, { ...lease, spec });
  events.record(acquired, 'Normal', 'LeaderElection', `${identity} became leader`);
}

const renew = ({ client, clock }: CandidateParts, lease: Lease): Promise<KubeObject> =>
  client.update(resource, { ...lease, spec: { ...lease.spec, renewTime: microTime(clock) } });
