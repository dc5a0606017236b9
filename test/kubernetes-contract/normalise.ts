/** What is compared of an answer: everything but what two servers draw, count or tell the time by. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };

// Each with what it stands for. The order matters.
const texts: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g, '<token>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  // RFC 3339, as kubectl describe prints it, and as helm does.
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [+-]\d{4} \w+/g, '<time>'],
  [/\b\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, '<time>'],
  [/\b10\.100\.\d+\.\d+\b/g, '<address>'],
  [/https:\/\/(127\.0\.0\.1|localhost):\d+/g, '<server>'],
  [/\b127\.0\.0\.1:\d+/g, '<server>'],
  [/:3[0-2]\d{3}\b/g, ':<node port>'],
  [/(modifiedAt=)\d+/g, '$1<time>'],
  [/(resourceVersion[=:"\\ ]+)\d+/g, '$1<version>'],
  [/(?<=^|\s|\()\d+([smh]|m\d+s|h\d+m)(?=$|\s|\))/g, '<age>'],
  // The ends of generated names: apimachinery's alphabet without vowels.
  [/-[bcdfghjklmnpqrstvwxz2456789]{8,10}(?=-|\b)/g, '-<hash>'],
  [/-(?=[a-z]*\d|[a-z])[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-<suffix>'],
  [/(pod-template-hash["\\:= ]+)[bcdfghjklmnpqrstvwxz2456789]{8,10}/g, '$1<hash>'],
  // Widths of columns follow from the values.
  [/(?<=\S) {2,}/g, '  '],
  [/ +(?=\t|$)/g, ''],
];

/** A line or a value without what differs from run to run. */
export const normaliseText = (text: string): string =>
  texts.reduce((result, [form, name]) => result.replace(form, name), text);

// klog's lines, in which kubectl's watches tell of their own timing.
const logged = /^[EWI]\d{4} [\d:.]+ +\d+ [\w.]+:\d+\]/;

/** The lines of a program's output. helm shows the kinds of a release in any order: they are sorted. */
export function normaliseLines(output: string): string[] {
  if (output === '') return [];
  const [head = '', ...kinds] = output.split(/^(?===> )/m);
  const parts = kinds.map((kind) => kind.trim().split(/\n+(?=TEST SUITE:)/));
  const sorted = parts.map(([kind = '']) => kind).sort();
  const tail = parts.flatMap(([, ...rest]) => rest);
  const shown = kinds.length === 0 ? output : [head.trim(), ...sorted, ...tail].join('\n');
  return shown
    .split('\n')
    .filter((line) => !logged.test(line))
    .map(normaliseText);
}

// Members whose values mean nothing to a client: counted, drawn, or hashed by the server.
const opaque = new Set([
  'resourceVersion',
  'nodePort',
  'healthCheckNodePort',
  'continue',
  'pod-template-hash',
  'ca.crt',
  'kid',
  'jti',
]);
// How etcd names the storage, and texts for people about columns: no client reads them.
const unread = new Set(['storageVersionHash', 'hash']);

const jwt = /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/;

/** JSON likewise; a token becomes its header and claims. */
export function normaliseJson(value: unknown): Plain {
  if (Array.isArray(value)) return value.map(normaliseJson);
  if (typeof value === 'string') return jwt.test(value) ? claimsOf(value) : normaliseText(value);
  if (typeof value !== 'object' || value === null) return (value ?? null) as Plain;
  const isColumn = 'priority' in value && 'format' in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !unread.has(name) && !(isColumn && name === 'description'))
      .map(([name, member]): [string, Plain] => [
        normaliseText(name),
        opaque.has(name) && member !== ''
          ? `<${name}>`
          : normaliseJson(name.endsWith('managedFields') ? sorted(member) : member),
      ]),
  );
}

// Entries stand in the order of their times, which are whole seconds.
const sorted = (managers: object[]): object[] => {
  const key = ({ operation, manager, subresource = '' }: Record<string, string>): string =>
    [operation, manager, subresource].join(' ');
  return [...managers].sort((one, other) => (key({ ...one }) < key({ ...other }) ? -1 : 1));
};

function claimsOf(token: string): Plain {
  const [header = '', payload = ''] = token.split('.');
  const read = (part: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  const { exp, iat, nbf, ...claims } = read(payload);
  const seconds = (moment: unknown): number => Number(moment) - Number(iat);
  return normaliseJson({ header: read(header), ...claims, exp: seconds(exp), nbf: seconds(nbf) });
}
