const group = (apiVersion: string, kind: string, name: string, more: object): object => ({
  apiVersion,
  kind,
  metadata: { name },
  ...more,
});

/** A ConfigMap with one key. */
export const configMap = (name: string, data: object = { a: '1' }, labels?: object): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(labels ? { labels } : {}) },
  data,
});

/** A Deployment of one container, whose pods nobody schedules. */
export const deployment = (name: string, more: object = {}, container: object = {}): object =>
  group('apps/v1', 'Deployment', name, {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: 'web',
              image: 'nginx:1',
              ports: [{ containerPort: 80 }],
              env: [{ name: 'A', value: '1' }],
              ...container,
            },
          ],
        },
      },
      ...more,
    },
  });

/** A pod of one container. */
export const pod = (name: string, spec: object = {}, labels?: object): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...(labels ? { labels } : {}) },
  spec: { containers: [{ name: 'only', image: 'busybox' }], ...spec },
});

/** A Service with one port. */
export const service = (name: string, spec: object = {}): object =>
  group('v1', 'Service', name, {
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  });

/** An Ingress with one path to the Service of the same name. */
export const ingress = (name: string, spec: object = {}): object =>
  group('networking.k8s.io/v1', 'Ingress', name, {
    spec: {
      rules: [
        {
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }],
          },
        },
      ],
      ...spec,
    },
  });

/** A Role and its binding to a ServiceAccount of the same name. */
export const access = (name: string, rules: readonly object[]): object[] => [
  group('v1', 'ServiceAccount', name, {}),
  group('rbac.authorization.k8s.io/v1', 'Role', name, { rules }),
  group('rbac.authorization.k8s.io/v1', 'RoleBinding', name, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: '{ns}' }],
  }),
];

/** A definition of a kind with an enumeration, a required field, a default, a column and a status. */
export const definition = (kind: string, spec: object = {}): object => {
  const plural = `${kind.toLowerCase()}s`;
  return group('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `${plural}.contract.test`, {
    spec: {
      group: 'contract.test',
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [{ name: 'Scheme', type: 'string', jsonPath: '.spec.scheme' }],
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  required: ['size'],
                  properties: {
                    scheme: { type: 'string', enum: ['internal', 'internet-facing'] },
                    size: { type: 'integer', minimum: 1 },
                    color: { type: 'string', default: 'red' },
                    parts: { type: 'array', maxItems: 2, items: { type: 'string', pattern: '^[a-z]+$' } },
                  },
                },
                status: { type: 'object', properties: { ready: { type: 'boolean' } } },
              },
            },
          },
        },
      ],
      ...spec,
    },
  });
};

/** An object of a kind that `definition` defines. */
export const custom = (kind: string, name: string, spec: unknown): object =>
  group('contract.test/v1', kind, name, { spec });
