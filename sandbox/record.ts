/** Who answered a recorded call. */
export type Plane = 'aws' | 'kubernetes' | 'tool' | 'proxy';

/** Something that IAM was asked before a call: generating policies begins here. */
export interface AskedPermission {
  /** The role whose policies decide; users and services are not asked for. */
  readonly role: string;
  /** `ec2:CreateTags` */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** The tags of the resource, where it has any. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The request's own condition keys. */
  readonly conditions: Readonly<Record<string, string>>;
}

/** One call that reached the rehearsal, in order of arrival. */
export interface RecordedCall {
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly plane: Plane;
  /**
   * What was called: `ec2:CreateVpc` (IAM's action spelling), `PATCH /apis/apps/v1/namespaces/x/deployments/y`,
   * the command line of an emulated tool, or the host and path asked of the guard proxy.
   */
  readonly call: string;
  /** Who called: an ARN, a Kubernetes user name, or a service on the caller's behalf (`cloudformation.amazonaws.com`). */
  readonly caller: string;
  /** True when the call can change something. A refused write is still a write. */
  readonly write: boolean;
  /** HTTP status, or a tool's exit code. */
  readonly status: number;
  /** The error code of a refused call. */
  readonly error?: string;
  /** The decoded input, kept for assertions and for generating policies; never credentials. */
  readonly input?: unknown;
  /** What IAM was asked, in order; the last one was refused when the call was. */
  readonly asked?: readonly AskedPermission[];
}

/** Everything that was asked of the rehearsal. Tests assert on this, not on the tool's word. */
export interface Recorder {
  add(call: Omit<RecordedCall, 'sequence' | 'at'>): void;
  /** The calls from `since` (a sequence number) on. */
  calls(since?: number): readonly RecordedCall[];
  /** The sequence number that the next call will get. */
  position(): number;
}

/** Makes an empty record. */
export function createRecorder(): Recorder {
  const calls: RecordedCall[] = [];
  return {
    add: (call) => {
      calls.push({ sequence: calls.length, at: Date.now(), ...call });
    },
    calls: (since = 0) => calls.slice(since),
    position: () => calls.length,
  };
}
