import { type CaseTable, call, kubectl, post } from '../case.ts';
import { custom, definition } from './manifests.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const merge = 'application/merge-patch+json';
const established = (name: string) => ({
  until: `GET /apis/contract.test/v1/namespaces/{ns}/${name}`,
  path: 'status',
  is: 200,
});

/** CustomResourceDefinitions and the objects of their kinds. */
export const customResources: CaseTable = {
  subject: 'custom resources',
  cases: [
    {
      name: 'a definition',
      steps: [
        kubectl('apply -f -', definition('Plate')),
        kubectl('wait --for=condition=established --timeout=20s crd/plates.contract.test'),
        kubectl('apply -f -', definition('Plate')),
        established('plates'),
        call(`GET ${definitions}/plates.contract.test`),
        call('GET /apis/contract.test/v1', {
          only: { list: 'resources', names: ['plates', 'plates/status'] },
        }),
        call(`DELETE ${definitions}/plates.contract.test`),
        { until: `GET ${definitions}/plates.contract.test`, path: 'status', is: 404 },
      ],
    },
    {
      name: 'objects of a defined kind',
      steps: [
        kubectl('apply -f -', definition('Spoon')),
        established('spoons'),
        kubectl('apply -f -', custom('Spoon', 'good', { size: 1, scheme: 'internal' })),
        kubectl('apply -f -', custom('Spoon', 'good', { size: 2, scheme: 'internal' })),
        call('GET /apis/contract.test/v1/namespaces/{ns}/spoons/good'),
        kubectl('get spoons'),
        kubectl('get spoons -o name'),
        kubectl('apply -f -', custom('Spoon', 'bad', { scheme: 'internal' })),
        // One fault each: a real server tells several in any order.
        kubectl('apply -f -', custom('Spoon', 'bad', { size: 0 })),
        kubectl('apply -f -', custom('Spoon', 'bad', { size: 1, scheme: 'sideways' })),
        kubectl('apply -f -', custom('Spoon', 'bad', { size: 1, parts: ['a', 'B'] })),
        kubectl('apply -f -', custom('Spoon', 'bad', { size: 1, parts: ['a', 'b', 'c'] })),
        kubectl('apply -f -', custom('Spoon', 'bad', { size: 'large' })),
        kubectl('apply -f -', custom('Spoon', 'bad', { size: 1, nonsense: true })),
        kubectl('apply --validate=warn -f -', custom('Spoon', 'warned', { size: 1, nonsense: true })),
        post('/apis/contract.test/v1/namespaces/{ns}/spoons', custom('Spoon', 'bad', { size: 1.5 })),
        post(
          '/apis/contract.test/v1/namespaces/{ns}/spoons',
          custom('Spoon', 'bad', { size: 1, parts: 'one' }),
        ),
        post('/apis/contract.test/v1/namespaces/{ns}/spoons', custom('Spoon', 'Bad', { size: 1 })),
        post('/apis/contract.test/v1/namespaces/{ns}/spoons', custom('Spoon', 'bad', 'no object')),
        call('PATCH /apis/contract.test/v1/namespaces/{ns}/spoons/good', {
          body: { spec: { size: 3 } },
          type: 'application/strategic-merge-patch+json',
        }),
        call('PATCH /apis/contract.test/v1/namespaces/{ns}/spoons/good', {
          body: { spec: { size: null } },
          type: merge,
        }),
        call('PATCH /apis/contract.test/v1/namespaces/{ns}/spoons/good/status', {
          body: { spec: { size: 9 }, status: { ready: true } },
          type: merge,
        }),
        call('PUT /apis/contract.test/v1/namespaces/{ns}/spoons/good', {
          body: custom('Spoon', 'good', { size: 4 }),
        }),
        kubectl('apply --server-side -f -', custom('Spoon', 'applied', { size: 1, parts: ['a'] })),
        kubectl('apply --server-side --field-manager=other -f -', custom('Spoon', 'applied', { size: 2 })),
        kubectl('delete spoon good'),
        kubectl('get spoon good'),
        kubectl('delete crd spoons.contract.test --timeout=20s'),
        kubectl('get spoons'),
      ],
    },
    {
      name: 'definitions that cannot be',
      steps: [
        post(definitions, { ...definition('Fork'), metadata: { name: 'fork' } }),
        post(definitions, definition('Fork', { versions: [] })),
        post(definitions, definition('Fork', { versions: [{ name: 'v1', served: true, storage: true }] })),
        post(definitions, definition('Fork', { scope: 'Everywhere' })),
        post(definitions, definition('Fork', { group: 'other.test' })),
      ],
    },
  ],
};
