/** Something that is said to an API server, or waited for. Texts may hold `{ns}` and what earlier steps kept. */
export type Step = Command | Call | Until | Interrupted;

/** A run of a real client, in the case's namespace. */
export interface Command {
  readonly run: 'kubectl' | 'helm' | 'helm3';
  readonly args: readonly string[];
  /** Manifests for its standard input. */
  readonly stdin?: readonly object[];
  /** Only the lines of standard output that begin with one of these, and the first, are compared. */
  readonly lines?: readonly string[];
}

/** A request of one's own. */
export interface Call {
  /** `GET /api/v1/namespaces/{ns}/pods` */
  readonly http: string;
  readonly body?: unknown;
  /** Content type of the body; default: JSON. */
  readonly type?: string;
  readonly accept?: string;
  /** The bearer token in place of the administrator's; empty for none. */
  readonly token?: string;
  /** Values for later steps: name, and the path in the answer. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Of this list in the answer only the items with these names are compared. */
  readonly only?: { readonly list: string; readonly names: readonly string[] };
  /** Only these members of the answer are compared. */
  readonly members?: readonly string[];
  /** How many events of a watch are read; the answer is their list. */
  readonly events?: number;
}

/** Asks until a member of the answer is (not) there, or has a value; not compared. */
export interface Until {
  readonly until: string;
  readonly body?: unknown;
  readonly path: string;
  /** Default: that it is there. */
  readonly is?: unknown;
}

/** A helm that is killed as soon as a list has an item; what it printed is not compared. */
export interface Interrupted {
  readonly interrupt: readonly string[];
  readonly when: string;
}

/** What one case says, in the order in which it says it. Each has a namespace of its own: `{ns}`. */
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** Cases about one subject, played one after the other. */
export interface CaseTable {
  readonly subject: string;
  readonly cases: readonly Case[];
}

/** kubectl with arguments that are separated by single spaces. */
export const kubectl = (args: string, ...stdin: object[]): Command => ({
  run: 'kubectl',
  args: args.split(' '),
  ...(stdin.length > 0 ? { stdin } : {}),
});

/** A request without a body. */
export const call = (http: string, more: Omit<Call, 'http'> = {}): Call => ({ http, ...more });

/** A POST of an object in the case's namespace. */
export const post = (path: string, body: object, more: Omit<Call, 'http' | 'body'> = {}): Call => ({
  http: `POST ${path}`,
  body,
  ...more,
});

/** The namespace of a case: its name as a DNS label. */
export const namespaceOf = ({ name }: Case): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)
    .replace(/-$/, '');
