import type { Plane } from './record.ts';

/** An instruction to misbehave. The first fault that matches a call is applied to it. */
export interface Fault {
  readonly plane: Plane;
  /** A regular expression over the call as it is recorded (`^ec2:CreateNatGateway$`, `^eksctl create cluster`). */
  readonly call: string;
  /** Calls that are let through before the fault begins; default 0. */
  readonly skip?: number;
  /** How many calls are hit; default all. */
  readonly times?: number;
  /** What happens. */
  readonly effect: FaultEffect;
}

export type FaultEffect =
  /** The call is refused with this error and changes nothing. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly status?: number }
  /** The connection is cut without an answer, after the call has had its effect. */
  | { readonly kind: 'cut' }
  /** The call is answered after this many simulated seconds. */
  | { readonly kind: 'delay'; readonly seconds: number }
  /** The call is never answered. */
  | { readonly kind: 'hang' }
  /** An emulated tool ends with this exit code after this output, having done nothing. */
  | { readonly kind: 'exit'; readonly code: number; readonly stdout?: string; readonly stderr?: string }
  /** A named deviation that the matching part knows (for instance `leak-backend-security-group`). */
  | { readonly kind: 'behave'; readonly how: string };

/** The list of faults in force. */
export interface FaultList {
  set(faults: readonly Fault[]): void;
  /** The effect to apply to this call, counting it as one match. */
  match(plane: Plane, call: string): FaultEffect | undefined;
}

/** Makes an empty list. */
export function createFaultList(): FaultList {
  let entries: { fault: Fault; pattern: RegExp; seen: number }[] = [];
  return {
    set: (faults) => {
      entries = faults.map((fault) => ({ fault, pattern: new RegExp(fault.call), seen: 0 }));
    },
    match(plane, call) {
      for (const entry of entries) {
        if (entry.fault.plane !== plane || !entry.pattern.test(call)) continue;
        const position = entry.seen++;
        const first = entry.fault.skip ?? 0;
        const last = first + (entry.fault.times ?? Number.POSITIVE_INFINITY);
        if (position >= first && position < last) return entry.fault.effect;
      }
      return undefined;
    },
  };
}
