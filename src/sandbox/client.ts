/** What a rehearsal tells about itself; it is a program of its own, so this is a contract, not a shared type. */
export interface SandboxStatus {
  readonly pid: number;
  readonly account: string;
  readonly region: string;
  /** Simulated seconds per second. */
  readonly speed: number;
  readonly seed: number;
  /** When it was started, in ISO 8601. */
  readonly since: string;
  /** Seconds that it stays without being asked anything; null: for ever. */
  readonly idleLeft: number | null;
  /** The environment in which any program meets the rehearsal instead of AWS … */
  readonly env: Readonly<Record<string, string>>;
  /** … with this folder first on PATH … */
  readonly tools: string;
  /** … and without the variables whose names this regular expression matches. */
  readonly unset: string;
  /** A profile that has the rehearsal's keys. */
  readonly profile: string;
}

/** A call as the rehearsal recorded it. */
export interface RecordedCall {
  readonly sequence: number;
  readonly plane: 'aws' | 'kubernetes' | 'tool' | 'proxy';
  readonly call: string;
  readonly caller: string;
  readonly write: boolean;
  readonly status: number;
}

/** Something that exists in a rehearsal. */
export interface InventoryItem {
  readonly kind: string;
  readonly id: string;
}

/** A running rehearsal, as a program outside sees it. */
export interface SandboxClient {
  status(): Promise<SandboxStatus>;
  /** What was asked of it since a position of the record. */
  record(since?: number): Promise<RecordedCall[]>;
  /** Everything that exists and that an untouched account would not have. */
  inventory(): Promise<InventoryItem[]>;
  /** Tells it to end; it answers before it does. */
  end(): Promise<void>;
}

/** The longest that one answer may take, in milliseconds: it comes from this machine. */
const patience = 10_000;

/** Makes a client of a rehearsal's control URL. Its calls throw what `fetch` throws, or an Error with the status. */
export function createSandboxClient(control: string): SandboxClient {
  const ask = async <T>(path: string, method = 'GET'): Promise<T> => {
    const answer = await fetch(`${control}${path}`, { method, signal: AbortSignal.timeout(patience) });
    if (!answer.ok) throw new Error(`the rehearsal answers ${answer.status} to ${method} ${path}`);
    return (await answer.json()) as T;
  };
  return {
    status: () => ask('/status'),
    record: (since = 0) => ask(`/record?since=${since}`),
    inventory: () => ask('/inventory'),
    end: () => ask('', 'DELETE'),
  };
}
