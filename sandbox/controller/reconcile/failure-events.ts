import type { EventRecorder } from '../kube/events.ts';
import type { KubeObject } from '../kube/types.ts';
import { RequeueAfter } from '../kube/work-queue.ts';
import { messageOf } from '../log.ts';

/** Steps of a reconciliation, as the reasons and messages of Warning events name them (facts/lbc.md §5). */
const steps = {
  FailedBuildModel: 'build model',
  FailedDeployModel: 'deploy model',
  FailedAddFinalizer: 'add finalizer',
  FailedRemoveFinalizer: 'remove finalizer',
  FailedUpdateStatus: 'update status',
  FailedCleanupStatus: 'update status',
  FailedReconcile: 'reconcile',
  FailedCleanup: 'cleanup',
} as const;

/** The reason of the event about a failed step. */
export type FailureReason = keyof typeof steps;

/** Runs a step; when it fails, its objects get a Warning event. Waiting for later is no failure. */
export type Step = <T>(reason: FailureReason, task: () => Promise<T>) => Promise<T>;

/** Makes the runner of steps about these objects. */
export const stepsAbout =
  (events: EventRecorder, objects: readonly KubeObject[]): Step =>
  async (reason, task) => {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof RequeueAfter)) {
        const message = `Failed ${steps[reason]} due to ${messageOf(error)}`;
        for (const object of objects) events.record(object, 'Warning', reason, message);
      }
      throw error;
    }
  };

/** Tells that all is as desired. */
export function recordSuccess(events: EventRecorder, objects: readonly KubeObject[]): void {
  for (const object of objects) {
    events.record(object, 'Normal', 'SuccessfullyReconciled', 'Successfully reconciled');
  }
}
