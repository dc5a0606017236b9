/** What the rehearsal answers otherwise than a real server, and why it stays so. */
export interface Known {
  readonly case: string;
  /** The requests or commands of the case. */
  readonly said: RegExp;
  /** Where in the answer; default: all of it. */
  readonly path?: RegExp;
  readonly because: string;
}

const reviews = 'the record of managers of what is never stored is not made';
const revision = "the rehearsal's controller writes the revision apart from the status";
const order = 'the patched object stands in the text with its members in another order';

/** A row that is not needed any more fails the test. */
export const known: readonly Known[] = [
  {
    case: 'api-resources',
    said: /--namespaced=false/,
    path: /^stdout$/,
    because: 'ServiceCIDRs and IPAddresses are not served',
  },
  {
    case: 'pages of a list',
    said: /continue=garbage/,
    path: /message$/,
    because: "what Go's JSON decoder says of the garbage",
  },
  {
    case: 'patches',
    said: /^PATCH/,
    path: /^body\.metadata\.managedFields/,
    because: revision,
  },
  {
    case: 'a deployment without nodes',
    said: /^GET .*\/deployments\/web$/,
    path: /^body\.metadata\.managedFields/,
    because: revision,
  },
  { case: 'unknown and mistyped fields', said: /^PATCH/, path: /message$/, because: order },
  { case: 'what cannot be changed', said: /services\/web$/, path: /message$/, because: order },
  {
    case: 'pods that cannot be',
    said: /^PATCH/,
    path: /message$/,
    because: 'a real server adds the difference of two Go structures to the text',
  },
  {
    case: 'from client-side to server-side apply',
    said: /^GET/,
    path: /^body\.metadata\.managedFields\.\d+\.time$/,
    because: 'kubectl writes an entry without a time, which a real server leaves so',
  },
  { case: 'tokens of service accounts', said: /^POST/, path: /^body\.metadata/, because: reviews },
  { case: 'can-i', said: /^POST/, path: /^body\.metadata/, because: reviews },
  {
    case: 'slices of endpoints',
    said: /^GET/,
    path: /(annotations|fieldsV1|endpoints|ports)/,
    because: 'a slice without endpoints has an empty list instead of null, and no time of its trigger',
  },
];
