import type { Fault } from '../../../sandbox/faults.ts';

/** An AWS call that fails with an error, every time. */
export const failure = (call: string, code: string, message: string, status: number): Fault => ({
  plane: 'aws',
  call: `^${call}$`,
  effect: { kind: 'error', code, message, status },
});

/** An AWS call that the user of the recordings may not make. */
export const accessDenied = (action: string, resource?: string): Fault =>
  failure(
    action,
    action.startsWith('eks:') ? 'AccessDeniedException' : 'AccessDenied',
    `User: arn:aws:iam::123456789012:user/lab is not authorized to perform: ${action}${resource ? ` on resource: ${resource}` : ''}`,
    403,
  );
