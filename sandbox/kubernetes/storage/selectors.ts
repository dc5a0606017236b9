import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import { badRequest } from '../model/errors.ts';
import { type Resource, resourceName } from '../model/resource.ts';

/** Whether an object belongs to a selection. */
export type Selector = (object: KubeObject) => boolean;

/** Whether an object carries all these labels. */
export const hasLabels = (object: KubeObject, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value);

type Labels = Readonly<Record<string, string>>;

// A comma outside parentheses separates requirements.
const requirements = (text: string): string[] =>
  text
    .split(/,(?![^(]*\))/)
    .map((one) => one.trim())
    .filter(Boolean);

const labelForms: readonly [RegExp, (match: readonly string[]) => (labels: Labels) => boolean][] = [
  [
    /^([^\s!=]+)\s+in\s*\(([^)]*)\)$/,
    ([, key = '', values = '']) =>
      (labels) =>
        valuesOf(values).includes(labels[key] ?? '\0'),
  ],
  [
    /^([^\s!=]+)\s+notin\s*\(([^)]*)\)$/,
    ([, key = '', values = '']) =>
      (labels) =>
        !valuesOf(values).includes(labels[key] ?? '\0'),
  ],
  [
    /^([^\s!=]+)\s*!=\s*(\S*)$/,
    ([, key = '', value]) =>
      (labels) =>
        labels[key] !== value,
  ],
  [
    /^([^\s!=]+)\s*==?\s*([^\s=]\S*|)$/,
    ([, key = '', value]) =>
      (labels) =>
        labels[key] === value,
  ],
  [
    /^!\s*(\S+)$/,
    ([, key = '']) =>
      (labels) =>
        !(key in labels),
  ],
  [
    /^([^\s!=]+)$/,
    ([, key = '']) =>
      (labels) =>
        key in labels,
  ],
];

const valuesOf = (text: string): string[] => text.split(',').map((one) => one.trim());

/** Parses a `labelSelector`. Throws BadRequest. */
function parseLabelSelector(text: string): Selector {
  const tests = requirements(text).map((one) => {
    for (const [form, build] of labelForms) {
      if (/^[^\s!=]+\s*===/.test(one))
        throw badRequest("unable to parse requirement: found '=', expected: identifier");
      const match = form.exec(one);
      if (match) return build(match);
    }
    throw badRequest(`unable to parse requirement: ${one}`);
  });
  return (object) => tests.every((test) => test(object.metadata.labels ?? {}));
}

// Beyond metadata.name and metadata.namespace (pkg/registry: ToSelectableFields).
const selectableFields: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  'replicasets.apps': ['status.replicas'],
  'jobs.batch': ['status.successful'],
};

const fieldForm = /^([^!=]+?)\s*(!=|==?)\s*(.*)$/;

/** Parses a `fieldSelector`. Throws BadRequest for a field that the resource cannot be selected by. */
function parseFieldSelector(resource: Resource, text: string): Selector {
  const known = new Set([
    'metadata.name',
    'metadata.namespace',
    ...(selectableFields[resourceName(resource)] ?? []),
  ]);
  const tests = requirements(text).map((one) => {
    const [, field, operator, value = ''] = fieldForm.exec(one) ?? [];
    if (!field) throw badRequest(`invalid selector: '${text}'; can't understand '${one}'`);
    if (!known.has(field))
      throw badRequest(
        known.size > 2
          ? `field label not supported: ${field}`
          : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
      );
    const path = field === 'source' ? 'source.component' : field;
    return (object: KubeObject) =>
      (String(at(object, path) ?? '') === value.replace(/\\([,=\\])/g, '$1')) !== (operator === '!=');
  });
  return (object) => tests.every((test) => test(object));
}

/** The selection of a list, watch or deletecollection request. */
export function requestedSelection(resource: Resource, query: URLSearchParams): Selector {
  const byLabel = parseLabelSelector(query.get('labelSelector') ?? '');
  const byField = parseFieldSelector(resource, query.get('fieldSelector') ?? '');
  return (object) => byLabel(object) && byField(object);
}

interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** Whether labels match a `metav1.LabelSelector`; an empty or absent one matches everything. */
export function matchesLabelSelector(selector: unknown, labels: Labels): boolean {
  const pairs = Object.entries(at<Labels>(selector, 'matchLabels') ?? {});
  const rules = at<LabelRequirement[]>(selector, 'matchExpressions') ?? [];
  return (
    pairs.every(([key, value]) => labels[key] === value) &&
    rules.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      return (value !== undefined && values.includes(value)) === (operator === 'In');
    })
  );
}
