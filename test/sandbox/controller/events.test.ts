import { expect, it } from 'vitest';
import { createClock } from '../../../sandbox/clock.ts';
import { createEventRecorder } from '../../../sandbox/controller/kube/events.ts';
import { createLogger } from '../../../sandbox/controller/log.ts';
import type { KubeClient, KubeObject } from '../../../sandbox/kubernetes/api.ts';

interface Event extends KubeObject {
  readonly message: string;
  readonly count: number;
}

/** A recorder, and the events that it has written. */
function recording() {
  const written = new Map<string, Event>();
  const client = {
    create: async (_: string, event: KubeObject) => {
      written.set(event.metadata.name, event as Event);
      return event;
    },
    patch: async (_: string, name: string, __: string, patch: object) => {
      const event = { ...(written.get(name) as Event), ...patch };
      written.set(name, event);
      return event;
    },
  } as unknown as KubeClient;
  const clock = createClock(1);
  const recorder = createEventRecorder(
    client,
    clock,
    'service',
    createLogger(clock, () => undefined),
  );
  return { recorder, written };
}

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'sample', uid: 'u1', resourceVersion: '1' },
};
const settled = () => new Promise((resolve) => setImmediate(resolve));
const told = (written: ReadonlyMap<string, Event>) =>
  [...written.values()].map(({ message, count }) => `${count}x ${message}`);

it('counts equal events', async () => {
  const { recorder, written } = recording();
  for (let count = 0; count < 3; count++) recorder.record(service, 'Warning', 'FailedBuildModel', 'no');
  await settled();
  expect(told(written)).toEqual(['3x no']);
  expect([...written.values()][0]).toMatchObject({
    source: { component: 'service' },
    involvedObject: { kind: 'Service', name: 'web', namespace: 'sample', uid: 'u1' },
    type: 'Warning',
    reason: 'FailedBuildModel',
  });
});

it('combines events that differ from the tenth on, as they come with a request ID each', async () => {
  const { recorder, written } = recording();
  for (let id = 1; id <= 12; id++)
    recorder.record(service, 'Warning', 'FailedDeployModel', `RequestID: ${id}`);
  await settled();
  expect(told(written)).toEqual([
    ...Array.from({ length: 9 }, (_, at) => `1x RequestID: ${at + 1}`),
    '3x (combined from similar events): RequestID: 12',
  ]);
});

it('tells of one object only so much at once', async () => {
  const { recorder, written } = recording();
  for (let id = 1; id <= 60; id++) recorder.record(service, 'Normal', `Reason${id}`, 'text');
  await settled();
  expect(written.size).toBe(25);
});
