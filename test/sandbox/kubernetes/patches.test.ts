import { describe, expect, test } from 'vitest';
import { decode, encode, pathsOf } from '../../../sandbox/kubernetes/apply/field-set.ts';
import { fieldsOf } from '../../../sandbox/kubernetes/apply/typed.ts';
import { createCatalogue } from '../../../sandbox/kubernetes/model/catalogue.ts';
import { anySchema } from '../../../sandbox/kubernetes/model/schema.ts';
import { mergePatch } from '../../../sandbox/kubernetes/patch/merge.ts';
import { strategicPatch } from '../../../sandbox/kubernetes/patch/strategic.ts';

const deployments = createCatalogue().byName('deployments.apps')?.schema ?? anySchema;
const withContainers = (...containers: object[]) => ({ spec: { template: { spec: { containers } } } });
const strategic = (target: object, patch: object) => strategicPatch(deployments, target, patch);

test('a merge patch removes what is null and replaces lists', () => {
  const patched = mergePatch({ a: 1, b: { c: 1, d: [1] } }, { a: null, b: { d: [2] } });
  expect(patched).toEqual({ b: { c: 1, d: [2] } });
});

describe('a strategic merge patch', () => {
  test('joins lists by their merge key and can delete an element', () => {
    const target = withContainers({ name: 'a', image: '1' }, { name: 'b', image: '1' });
    const patch = withContainers({ name: 'b', $patch: 'delete' }, { name: 'a', image: '2' }, { name: 'c' });
    expect(strategic(target, patch)).toEqual(withContainers({ name: 'a', image: '2' }, { name: 'c' }));
  });

  test('orders elements as it is told', () => {
    const target = withContainers({ name: 'a' }, { name: 'b' });
    const patch = {
      spec: { template: { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } } },
    };
    expect(strategic(target, patch)).toEqual(withContainers({ name: 'b' }, { name: 'a' }));
  });

  test('replaces lists that have no merge key, and drops the fields of another strategy', () => {
    const target = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(strategic(target, patch)).toEqual({ spec: { strategy: { type: 'Recreate' } } });
  });

  test('takes finalizers away one by one', () => {
    const target = { metadata: { finalizers: ['a', 'b'] } };
    const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } };
    expect(strategic(target, patch)).toEqual({ metadata: { finalizers: ['b'] } });
  });
});

describe('the fields that a configuration sets', () => {
  const ports = [{ containerPort: 80 }];
  const fields = fieldsOf(deployments, withContainers({ name: 'web', image: 'nginx', ports }));

  test('name list elements by their keys, defaults included', () => {
    expect(pathsOf(fields)).toContain(
      '.spec.template.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"].containerPort',
    );
  });

  test('survive being recorded', () => {
    expect(decode(encode(fields))).toEqual(fields);
  });
});
