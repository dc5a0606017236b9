import { readFileSync } from 'node:fs';

/** What one run of eksctl said and did, with everything masked that differs from run to run. */
export interface Recording {
  /** The recording that this was distilled from; absent in what was run here. */
  readonly source?: string;
  readonly command: string;
  readonly status: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /**
   * AWS calls: reads by name, writes with their parameters. Calls made several times in a row count as one. Absent
   * where the recording has been shortened.
   */
  readonly calls?: readonly RecordedCall[];
  /** Writes to Kubernetes: method and path. Absent where they were not recorded. */
  readonly kubernetes?: readonly string[];
}

/** A read's name, or a write's name and parameters; a parameter that ends with `…` is the beginning of the real one. */
export type RecordedCall =
  | string
  | { readonly call: string; readonly input: Readonly<Record<string, unknown>> };

/** The recording of a name in `fixtures/recordings`. */
export function recording(name: string): Recording {
  return JSON.parse(readFileSync(new URL(`fixtures/recordings/${name}.json`, import.meta.url), 'utf8'));
}

const masks: readonly (readonly [RegExp, string])[] = [
  [/0\.230\.0-dev/g, '0.230.0'],
  [/RequestID: [\w-]*/g, 'RequestID: ID'],
  [/\/id\/[0-9A-Z]+/g, '/id/ISSUER'],
  [/ap-northeast-1[acd]\b/g, 'ZONE'],
  [/-(Role1|ServiceRole|FargatePodExecutionRole)-[0-9A-Za-z]{12,13}\b/g, '-$1-SUFFIX'],
  [/127\.0\.0\.1:\d+/g, 'ENDPOINT'],
  [/\b(vpc|subnet|sg)-[0-9a-f]{17}\b/g, '$1-ID'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID'],
  [/\b[0-9a-f]{40}\b/g, 'THUMBPRINT'],
  // Which of Deployment and pods is there first is a matter of chance.
  [/"coredns" pods are now scheduled/g, '"coredns" is now scheduled'],
  // What AWS does and the AWS of the recordings did not: names of roles shortened to 64 characters, the capabilities
  // of stacks, the subnets of Fargate profiles.
  [/(role\/eksctl-[\w-]*?addon-iamserviceaccount)-[\w-]*(-Role1-SUFFIX)/g, '$1…$2'],
  [/,\s+"capabilities": \[[^\]]*\]/g, ''],
  [/\s+"subnets": \[[^\]]*\],/g, ''],
  [/[ \t]+$/gm, ''],
];

/** Replaces what is drawn anew in every run. */
export const mask = (text: string): string =>
  masks.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);

const stamp = /(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[)/;

/**
 * Cuts a stream into log entries without their times; an entry that the next one is glued to has no newline at its
 * end. Leaves out what only `-v 4` shows, and repetitions of the lines that tell how long something takes.
 */
export function entries(stream: string): string[] {
  const all = stream
    .split(stamp)
    .map((entry) => mask(stamp.test(entry) ? entry.replace(/^\S+ \S+ /, '') : inOrder(entry.trimEnd())))
    .filter((entry) => entry !== '' && !entry.startsWith('[▶]'));
  return all.filter((entry, index) => !repeats.test(entry) || all.indexOf(entry) === index);
}

/** The order of a JSON list is not eksctl's. */
function inOrder(text: string): string {
  if (!text.startsWith('[\n')) return text;
  const items = JSON.parse(text) as unknown[];
  if (items.length < 2) return text;
  return JSON.stringify(
    items.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
    null,
    4,
  );
}

const repeats = /^\[ℹ\] {2}waiting for CloudFormation stack|onto Fargate/;

/** Makes one of calls that follow each other and are the same. */
export const collapse = (calls: readonly RecordedCall[]): RecordedCall[] =>
  calls.filter((call, index) => JSON.stringify(call) !== JSON.stringify(calls[index - 1]));

/** True for the name of a call that changes nothing. */
export const isRead = (call: string): boolean => /:(Describe|Get|List)/.test(call);

/** The parameters of a call with its tags by their keys: eksctl keeps them in a Go map, which has no order. */
export function withTagsByKey(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const parameters = Object.entries(input).flatMap(([name, value]): [string, unknown][] => {
    const [, index, field] = /^Tags\.member\.(\d+)\.(Key|Value)$/.exec(name) ?? [];
    if (index === undefined) return [[name, value]];
    return field === 'Key' ? [[`tag ${value}`, input[`Tags.member.${index}.Value`]]] : [];
  });
  return Object.fromEntries(parameters);
}
