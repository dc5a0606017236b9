import type { KubeObject } from '../api.ts';
import type { Cause } from '../model/errors.ts';
import { forbiddenField, invalidValue, required } from './causes.ts';

/** How names of a kind are formed. */
export type NameRule = 'subdomain' | 'label' | 'dns1035' | 'path';

interface Rule {
  readonly form: RegExp;
  readonly longest: number;
  readonly detail: string;
}

// apimachinery/pkg/util/validation
const subdomainForm = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const labelForm = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const dns1035Form = '[a-z]([-a-z0-9]*[a-z0-9])?';

const rules: Readonly<Record<NameRule, Rule>> = {
  subdomain: {
    form: new RegExp(`^${subdomainForm}$`),
    longest: 253,
    detail: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomainForm}')`,
  },
  label: {
    form: new RegExp(`^${labelForm}$`),
    longest: 63,
    detail: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${labelForm}')`,
  },
  dns1035: {
    form: new RegExp(`^${dns1035Form}$`),
    longest: 63,
    detail: `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${dns1035Form}')`,
  },
  path: { form: /^(?!\.{1,2}$)[^/%]+$/, longest: 65535, detail: "may not contain '/'" },
};

const labelValueForm = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
const labelValueDetail = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValueForm}')`;
const longestLabelValue = 63;

const namePartForm = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const namePartDetail = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${namePartForm}')`;
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** What is wrong with the key of a label or an annotation. */
function validateQualifiedName(field: string, key: string): Cause[] {
  const slash = key.indexOf('/');
  const [prefix, name] = slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
  const { form, detail } = rules.subdomain;
  return [
    ...(prefix === undefined || form.test(prefix) ? [] : [invalidValue(field, key, `prefix part ${detail}`)]),
    ...(new RegExp(`^${namePartForm}$`).test(name) ? [] : [invalidValue(field, key, namePartDetail)]),
    ...(name.length > longestLabelValue
      ? [invalidValue(field, key, `name part must be no more than ${longestLabelValue} bytes`)]
      : []),
  ];
}

/** What is wrong with the name of an object. */
export function validateName(field: string, name: string, rule: NameRule): Cause[] {
  const { form, longest, detail } = rules[rule];
  if (name.length > longest) return [invalidValue(field, name, `must be no more than ${longest} characters`)];
  if (rule === 'label' && name.includes('.')) return [invalidValue(field, name, 'must not contain dots')];
  return form.test(name) ? [] : [invalidValue(field, name, detail)];
}

/** What is wrong with an object's metadata, whatever its kind. */
export function validateMetadata({ metadata }: KubeObject, rule: NameRule, old?: KubeObject): Cause[] {
  const { name, labels = {}, annotations = {}, finalizers = [] } = metadata;
  const before = old?.metadata.finalizers ?? [];
  const added = finalizers.filter((finalizer) => !before.includes(finalizer));
  return [
    ...(name
      ? validateName('metadata.name', name, rule)
      : [required('metadata.name', 'name or generateName is required')]),
    ...Object.entries(labels).flatMap(([key, value]) => [
      ...validateQualifiedName('metadata.labels', key),
      ...validateLabelValue('metadata.labels', value),
    ]),
    ...Object.keys(annotations).flatMap((key) =>
      validateQualifiedName('metadata.annotations', key.toLowerCase()),
    ),
    ...Object.entries(annotations).flatMap(([key, value]) =>
      typeof value === 'string'
        ? []
        : [invalidValue(`metadata.annotations.${key}`, value, 'must be a string')],
    ),
    ...finalizers.flatMap((one, index) =>
      one.includes('/') || standardFinalizers.has(one)
        ? []
        : [
            invalidValue(
              `metadata.finalizers[${index}]`,
              one,
              'name is neither a standard finalizer name nor is it fully qualified',
            ),
          ],
    ),
    // Both halves of the validation say so.
    ...(metadata.deletionTimestamp && added.length > 0
      ? Array.from({ length: 2 }, () =>
          forbiddenField(
            'metadata.finalizers',
            `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added
              .map((one) => JSON.stringify(one))
              .join(', ')}}`,
          ),
        )
      : []),
  ];
}

/** What is wrong with the value of a label. */
export function validateLabelValue(field: string, value: string): Cause[] {
  if (value.length > longestLabelValue)
    return [invalidValue(field, value, `must be no more than ${longestLabelValue} bytes`)];
  return new RegExp(`^${labelValueForm}$`).test(value) ? [] : [invalidValue(field, value, labelValueDetail)];
}
