import type { Case, CaseTable, Command, Step } from '../case.ts';

const version = (run: 'helm' | 'helm3') => {
  // helm 4 lists releases in every state without being asked.
  const all = run === 'helm3' ? ' --all' : '';
  const helm = (args: string): Command => ({ run, args: args.split(' ') });
  const kubectl = (args: string): Command => ({ run: 'kubectl', args: args.split(' ') });
  const cases: Case[] = [
    {
      name: `${run}: the life of a release`,
      steps: [
        helm('list'),
        helm('status tiny'),
        helm('install tiny {chart} --set replicas=0'),
        helm('install tiny {chart} --set replicas=0'),
        helm('list'),
        helm('status tiny'),
        kubectl('get secrets -l owner=helm --show-labels'),
        kubectl('get secret sh.helm.release.v1.tiny.v1 -o jsonpath={.type}'),
        kubectl(
          'get deployment,service,configmap,serviceaccount,role,rolebinding,gadget -l app.kubernetes.io/managed-by=Helm -o name',
        ),
        kubectl('get configmap tiny -o yaml'),
        kubectl('get configmap tiny --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}'),
        helm('upgrade tiny {chart} --set replicas=0 --set greeting=ciao'),
        kubectl('get configmap tiny -o jsonpath={.data.greeting}'),
        helm('get values tiny'),
        helm('history tiny'),
        helm('rollback tiny 1'),
        kubectl('get configmap tiny -o jsonpath={.data.greeting}'),
        helm('history tiny'),
        helm('rollback tiny 9'),
        helm(`list${all} --max 1 -q`),
        helm('uninstall tiny'),
        helm('uninstall tiny'),
        helm(`list${all} -q`),
        helm('upgrade tiny {chart}'),
        kubectl('get gadgets'),
      ],
    },
    {
      name: `${run}: things in the way`,
      steps: [
        kubectl('create configmap tiny'),
        helm('install tiny {chart} --set replicas=0'),
        kubectl('label configmap tiny app.kubernetes.io/managed-by=Helm'),
        kubectl(
          'annotate configmap tiny meta.helm.sh/release-name=other meta.helm.sh/release-namespace={ns}',
        ),
        helm('install tiny {chart} --set replicas=0'),
        kubectl('annotate configmap tiny meta.helm.sh/release-name=tiny --overwrite'),
        helm('install tiny {chart} --set replicas=0'),
        helm('install other {chart} --set replicas=-1'),
        helm(`list${all}`),
        helm('install more {chart} --set image='),
        helm('install again {chart} -n elsewhere'),
      ],
    },
    {
      name: `${run}: what cannot be waited for`,
      steps: [
        helm('upgrade --install tiny {chart} --wait --timeout 1s'),
        helm('status tiny'),
        helm(`list${all}`),
        helm('upgrade --install tiny {chart} --set replicas=0 --wait --timeout 10s'),
        helm('history tiny'),
      ],
    },
  ];
  return cases;
};

const pending: Step[] = [
  {
    interrupt: ['install', 'tiny', '{chart}', '--wait', '--timeout', '60s'],
    // The last of its objects.
    when: 'GET /apis/example.com/v1/namespaces/{ns}/gadgets',
  },
  ...[
    'list',
    'status tiny',
    'upgrade tiny {chart}',
    'upgrade --install tiny {chart}',
    'install tiny {chart}',
    'rollback tiny',
    'uninstall tiny',
    'list',
  ].map((args): Step => ({ run: 'helm', args: args.split(' ') })),
];

/** helm, both major versions. The definition that the chart brings stays behind, as helm leaves it. */
export const helmReleases: CaseTable = {
  subject: 'helm',
  cases: [
    ...version('helm'),
    ...version('helm3'),
    { name: 'helm: a release that is pending', steps: pending },
  ],
};
