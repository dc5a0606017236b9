import { type CaseTable, call, kubectl, post } from '../case.ts';
import { access as grant } from './manifests.ts';

const reader = '--as=system:serviceaccount:{ns}:reader';
const rules = [
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
  { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'], verbs: ['get', 'patch'] },
];
const tokens = '/api/v1/namespaces/{ns}/serviceaccounts/reader/token';
const request = (spec: object): object => ({
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec,
});
const review = (attributes: object): object => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: attributes,
});

/** Who may do what. */
export const accessRules: CaseTable = {
  subject: 'access',
  cases: [
    {
      name: 'forbidden',
      steps: [
        kubectl('apply -f -', ...grant('reader', rules)),
        kubectl(`get configmaps -o name ${reader}`),
        kubectl(`get configmaps -n default ${reader}`),
        kubectl(`get configmaps -A ${reader}`),
        kubectl(`get secret x ${reader}`),
        kubectl(`get deployment web ${reader}`),
        kubectl(`get deployment other ${reader}`),
        kubectl(`create namespace mine ${reader}`),
        kubectl(`create configmap mine ${reader}`),
        kubectl(`delete configmap kube-root-ca.crt ${reader}`),
        kubectl(`get nodes ${reader}`),
        kubectl(`get --raw /metrics ${reader}`),
        kubectl('get pods --as=somebody --as-group=some'),
      ],
    },
    {
      name: 'forbidden over HTTP',
      steps: [
        kubectl('apply -f -', ...grant('reader', rules)),
        post(tokens, request({ audiences: ['https://kubernetes.default.svc'] }), {
          keep: { token: 'status.token' },
          members: ['kind'],
        }),
        ...[
          'GET /api/v1/namespaces/{ns}/configmaps/kube-root-ca.crt?x=1',
          'GET /api/v1/namespaces/{ns}/pods',
          'GET /api/v1/namespaces/{ns}/pods/x/log',
          'GET /api/v1/pods',
          'GET /api/v1/nodes/x',
          'DELETE /apis/apps/v1/namespaces/{ns}/deployments/web',
          'DELETE /apis/apps/v1/namespaces/{ns}/deployments',
          'GET /apis/apps/v1/namespaces/{ns}/deployments/web/scale',
          'GET /metrics',
          'GET /apis/nowhere.test/v1/gizmos',
        ].map((line) => call(line, { token: '{token}' })),
        call('GET /api/v1/namespaces/{ns}/configmaps?watch=true', { token: '{token}' }),
      ],
    },
    {
      name: 'unauthorized',
      steps: [
        // Whoever knows what is served asks for the pods at once.
        kubectl('get pods -o name'),
        kubectl('get pods --token=wrong'),
        call('GET /api/v1/namespaces', { token: 'wrong' }),
        call('GET /api/v1/namespaces', { token: '' }),
        call('GET /healthz', { token: '' }),
        call('GET /healthz', { token: 'wrong' }),
        call('GET /apis', { token: '' }),
      ],
    },
    {
      name: 'tokens of service accounts',
      steps: [
        kubectl('apply -f -', ...grant('reader', rules)),
        post(tokens, request({ audiences: ['sts.amazonaws.com'], expirationSeconds: 3600 }), {
          keep: { foreign: 'status.token' },
        }),
        post(tokens, request({}), { keep: { own: 'status.token' } }),
        post(tokens, request({ audiences: ['a'], expirationSeconds: 60 })),
        post('/api/v1/namespaces/{ns}/serviceaccounts/nobody/token', request({})),
        call('GET /api/v1/namespaces/{ns}/configmaps', { token: '{own}', members: ['kind'] }),
        call('GET /api/v1/namespaces/{ns}/configmaps', { token: '{foreign}' }),
        kubectl('create token reader --audience=sts.amazonaws.com'),
        kubectl('create token nobody'),
        post('/apis/authentication.k8s.io/v1/tokenreviews', {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenReview',
          spec: { token: '{own}' },
        }),
        post('/apis/authentication.k8s.io/v1/tokenreviews', {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenReview',
          spec: { token: '{foreign}', audiences: ['sts.amazonaws.com'] },
        }),
        post('/apis/authentication.k8s.io/v1/tokenreviews', {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenReview',
          spec: { token: 'wrong' },
        }),
      ],
    },
    {
      name: 'can-i',
      steps: [
        kubectl('apply -f -', ...grant('reader', rules)),
        kubectl('auth can-i create pods'),
        kubectl(`auth can-i list configmaps ${reader}`),
        kubectl(`auth can-i list secrets ${reader}`),
        kubectl(`auth can-i list configmaps -A ${reader}`),
        kubectl(`auth can-i get deployments/web ${reader}`),
        kubectl(`auth can-i get /healthz ${reader}`),
        kubectl(`auth can-i get gizmos ${reader}`),
        post(
          '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
          review({ resourceAttributes: { verb: 'get', resource: 'pods' } }),
        ),
        post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review({})),
        post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: {
            user: 'somebody',
            resourceAttributes: { verb: 'get', resource: 'pods', namespace: '{ns}' },
          },
        }),
      ],
    },
  ],
};
