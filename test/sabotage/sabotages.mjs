/**
 * Small changes that each break the tool in a way that its users would suffer from.
 *
 * @typedef {object} Sabotage
 * @property {string} name what is broken
 * @property {string} why what its users would suffer
 * @property {readonly {file: string, from: string, to: string}[]} edits exact texts; `from` must stand in `file` once
 * @property {string} test the end-to-end test file that must turn red, in test/e2e
 * @property {string} title the name of the test
 * @property {RegExp} red what the failing assertion must say
 */

const lifeCycle = {
  test: 'life-cycle.test.ts',
  title:
    "with helm '4' and as 'the administrator' up makes everything, up again writes nothing, teardown leaves nothing",
};
const believed = {
  test: 'faults.test.ts',
  title: 'eksctl and helm are not believed when they succeed and nothing works',
};
const rolledBack = {
  test: 'faults.test.ts',
  title: 'a stack that rolls back is told with its cause, and the next run removes it and makes it again',
};
const unreadable = {
  test: 'faults.test.ts',
  title: 'a permission that is missing is named, and nothing is said to be gone that could not be looked at',
};
const held = {
  test: 'faults.test.ts',
  title: 'what keeps the network from being deleted is listed, and gone after the next teardown',
};
const withoutCluster = {
  test: 'adoption.test.ts',
  title: 'what our controller left is found without cluster and stack, and what another left stays',
};
const dryUp = {
  test: 'dry-run.test.ts',
  title:
    'up --dry-run of an empty account prints every command with its file, needs no consent and changes nothing',
};
const foreignPolicy = {
  test: 'policy.test.ts',
  title: "another's policy of the same name is not changed, nor deleted",
};

const edit = (file, from, to) => ({ edits: [{ file, from, to }] });

/** The policy without one action. The controller runs, and says so in an Event, if anywhere. */
const withoutAction = (action, why, from, to) => ({
  name: `the policy lacks ${action}`,
  why,
  ...edit('templates/controller-policy.yaml', from, to),
  test: 'controller-policy.test.ts',
  title: 'the policy grants every call that the real controller makes, with the tags that it gives',
  red: new RegExp(
    `is not authorized to perform: ${action.split(' ')[0]}|UnauthorizedOperation|not authorized`,
  ),
});

/** @type {readonly Sabotage[]} */
export const sabotages = [
  {
    name: "eksctl's exit code 0 is believed",
    why: 'create iamserviceaccount says "no tasks" and does nothing',
    ...edit(
      'src/runner.ts',
      'const settled = await settle(context, step, usable);',
      "const settled = step.id === 'service-account' ? state.ready('done') : await settle(context, step, usable);",
    ),
    ...believed,
    red: /nothing came of it/,
  },
  {
    name: "eksctl's deletion of the cluster is believed",
    why: 'its stack ends DELETE_FAILED unseen, and the VPC is left for ever',
    ...edit(
      'src/steps/create-cluster.ts',
      'await deleteStack(context, stackNames.cluster(config.cluster));',
      '',
    ),
    ...held,
    red: /"id":"cluster","outcome":"failed"/,
  },
  {
    name: 'a stack that rolled back is not removed first',
    why: 'every rerun of up fails, and eksctl cannot help',
    ...edit(
      'src/runner.ts',
      "come.status === 'broken' ? await makeAbsent(context, step, come) : come",
      'come',
    ),
    ...rolledBack,
    red: /ROLLBACK|to match object/,
  },
  {
    name: 'the IngressClass goes before its Ingress',
    why: 'the Ingress, its namespace and then the teardown hang for ever',
    ...edit(
      'src/steps/deploy-samples.ts',
      "['namespace', 'controller', 'irsa', 'ingress-class']",
      "['namespace', 'controller', 'irsa']",
    ),
    ...lifeCycle,
    red: /Ingress helloworld-alb|IngressClass|expected 0 to be greater than 1/,
  },
  {
    name: 'load balancer objects are deleted together',
    why: "the controller leaves its shared security group, which keeps the VPC's stack from being deleted",
    ...edit(
      'src/runner.ts',
      'const alone = step.removeAlone;',
      "const alone = step.removeAlone === '' ? step.removeAlone : undefined;",
    ),
    ...lifeCycle,
    red: /'ingresses', 'services'/,
  },
  {
    name: 'nobody waits for the controller and its webhook',
    why: 'until it answers, the cluster refuses every new Service',
    edits: [
      { file: 'src/steps/controller-health.ts', from: 'if (!complete) {', to: 'if (wanted < 0) {' },
      {
        file: 'src/steps/controller-health.ts',
        from: "if (!(await webhookHasEndpoint(context))) return state.pending('the webhook has no ready endpoint yet');",
        to: 'void webhookHasEndpoint;',
      },
      {
        file: 'src/steps/controller-health.ts',
        from: 'return (await webhookTrouble(context)) ??',
        to: 'void webhookTrouble; return',
      },
    ],
    ...believed,
    red: /expected \+?0 to be 1/,
  },
  {
    name: 'the role of the controller is not tried',
    why: 'its pods are Ready and helm is content, while it can do nothing',
    ...edit(
      'src/steps/prove-irsa.ts',
      'return state.pending(`${error.name}',
      'return state.ready(`${error.name}',
    ),
    ...believed,
    red: /expected \+?0 to be 1/,
  },
  {
    name: 'the CRDs are skipped',
    why: 'helm installs them once and never updates them: no matches for kind "IngressClassParams"',
    ...edit('src/steps/list.ts', '  applyCrds,\n', ''),
    ...believed,
    red: /no matches for kind|elbv2\.k8s\.aws/,
  },
  {
    name: 'vpcId is left out of the values',
    why: 'on Fargate the controller crashes: there is no instance metadata to ask',
    ...edit(
      'src/steps/install-release.ts',
      "vpcId: cluster?.resourcesVpcConfig?.vpcId ?? 'known when the cluster is made',",
      "vpcId: '',",
    ),
    ...believed,
    red: /FAILED: Wait for the controller and its webhook|Prove that the controller/,
  },
  withoutAction(
    'elasticloadbalancing:DescribeListenerAttributes',
    'a policy of an older controller: no load balancer is ever made',
    '      - elasticloadbalancing:DescribeListenerAttributes\n      - elasticloadbalancing:DescribeListenerCertificates\n',
    '      - elasticloadbalancing:DescribeListenerCertificates\n',
  ),
  withoutAction(
    'elasticloadbalancing:AddTags on what is new',
    'load balancers are made with their tags, or not at all',
    'actions: [elasticloadbalancing:AddTags]',
    'actions: [elasticloadbalancing:RemoveTags]',
  ),
  withoutAction(
    'ec2:CreateSecurityGroup',
    'no load balancer is ever made',
    'actions: [ec2:CreateSecurityGroup]',
    'actions: [ec2:CreateTags]',
  ),
  withoutAction(
    'elasticloadbalancing:RegisterTargets',
    'the load balancers are there, their objects say so, and nothing answers',
    'actions: [elasticloadbalancing:DeregisterTargets, elasticloadbalancing:RegisterTargets]',
    'actions: [elasticloadbalancing:DeregisterTargets]',
  ),
  withoutAction(
    'elasticloadbalancing:DeleteLoadBalancer',
    'nothing can be taken away again',
    '      - elasticloadbalancing:DeleteLoadBalancer\n',
    '',
  ),
  {
    name: 'a policy of an older controller is good enough',
    why: 'after an upgrade the controller is refused what the new version needs',
    ...edit(
      'src/steps/create-policy.ts',
      'document !== undefined && meansTheSame(document, await wantedDocument(context))',
      'document !== undefined',
    ),
    test: 'policy.test.ts',
    title: 'a policy of ours that an older controller was content with gets what is missing',
    red: /to include 'elasticloadbalancing:DescribeListener/,
  },
  {
    name: "somebody else's policy is overwritten",
    why: 'other clusters may share it',
    ...edit('src/steps/create-policy.ts', 'return state.inTheWay(', 'return state.drifted('),
    ...foreignPolicy,
    red: /is not ours and differs/,
  },
  {
    name: 'a cluster of the same name in another region is taken for this one',
    why: 'IAM is global: the tool changes and deletes what the other cluster lives on',
    ...edit('src/ownership.ts', ' && (value(regionKey) ?? region) === region', ''),
    ...foreignPolicy,
    red: /is not ours and differs/,
  },
  {
    name: 'ownership is ignored',
    why: "teardown deletes other people's load balancers",
    ...edit(
      'src/ownership.ts',
      'return value(markKey) === cluster &&',
      'return value(markKey) !== cluster || value(markKey) === cluster &&',
    ),
    ...withoutCluster,
    red: /to deeply equal \[ 'others' \]/,
  },
  {
    name: 'the security group is swept under a live controller',
    why: 'every later deletion hangs on InvalidGroup.NotFound',
    edits: [
      {
        file: 'src/steps/install-release.ts',
        from: "needs: ['crds', 'service-account', 'controller-resources']",
        to: "needs: ['crds', 'service-account']",
      },
      {
        file: 'src/steps/create-fargate-profiles.ts',
        from: "needs: ['addons', 'controller-resources']",
        to: "needs: ['addons']",
      },
    ],
    ...lifeCycle,
    red: /"id":"controller-resources","outcome":"(?!unchanged)\w+"/,
  },
  {
    name: 'the audit believes the tagging API',
    why: 'it lists for hours what was deleted: teardown never comes out clean',
    ...edit('src/audit.ts', 'if (!there) return [];', 'void there;'),
    ...withoutCluster,
    red: /to match object/,
  },
  {
    name: 'the audit forgets stacks',
    why: 'what bills on is not told',
    ...edit('src/audit.ts', "  'CloudFormation stacks': findStacks,\n", ''),
    ...held,
    red: /undefined to match object/,
  },
  {
    name: 'leftovers do not count',
    why: 'a pipeline goes on while a forgotten network bills',
    ...edit(
      'src/commands/teardown.ts',
      'leftovers.length > 0 ? exitCodes.found : exitCodes.done',
      'exitCodes.done',
    ),
    ...withoutCluster,
    red: /to match object/,
  },
  {
    name: 'a stack that cannot be read is taken for absent',
    why: 'with a permission missing, teardown says that nothing is left',
    ...edit(
      'src/aws/stacks.ts',
      '      return undefined;\n    }\n    throw error;',
      '    }\n    return undefined;',
    ),
    ...unreadable,
    red: /expected \+?0 to be 1/,
  },
  {
    name: 'anything that cannot be read is taken for absent',
    why: 'a second cluster is begun beside the one that is there; teardown says that nothing is left',
    ...edit('src/aws/absent.ts', 'throw error;', 'return undefined;'),
    ...unreadable,
    red: /^AssertionError: Nothing is left/,
  },
  {
    name: 'AWS is written to under --dry-run',
    why: 'somebody who only looks makes something that bills',
    ...edit(
      'src/aws/clients.ts',
      'if (signsIn.test(name)) return call();',
      'if (!signsIn.test("")) return call();',
    ),
    ...dryUp,
    red: /to deeply equal \[\]/,
  },
  {
    name: 'tools are run under --dry-run',
    why: 'somebody who only looks makes a cluster',
    ...edit(
      'src/tools/tool.ts',
      "return options.writes.perform(line, work, { stdout: '', stderr: '' });",
      'void line;\n      return work();',
    ),
    ...dryUp,
    red: /to deeply equal \[\]/,
  },
  {
    name: 'files are written under --dry-run',
    why: 'a later run finds what an earlier one only tried',
    ...edit('src/session.ts', 'const files = scratch ?? folder;', 'const files = folder;'),
    ...dryUp,
    red: /to deeply equal \[\]/,
  },
  {
    name: '--api-cidr is left out of the cluster',
    why: 'the Kubernetes API is open to everybody',
    ...edit('src/steps/cluster-config.ts', 'apiCidrs: config.apiCidrs,', 'apiCidrs: undefined,'),
    ...dryUp,
    red: /to match object/,
  },
  {
    name: 'consent is taken for granted',
    why: 'a command without --yes begins to bill',
    ...edit(
      'src/commands/consent.ts',
      'Make all that?`, yes, context.signal);',
      'Make all that?`, yes || !yes, context.signal);',
    ),
    test: 'cost.test.ts',
    title: 'cluster without consent names what it would make and what that costs, and makes nothing',
    red: /to be 2/,
  },
  {
    name: 'credentials of another account are used',
    why: 'the cluster is made, or torn down, in the wrong account',
    ...edit(
      'src/session.ts',
      'if (wanted === undefined || wanted === actual) return;',
      'if (wanted !== "") return;',
    ),
    test: 'usage.test.ts',
    title: 'credentials of another account than the one that is meant are refused with exit code 2',
    red: /to match \/belong to account/,
  },
  {
    name: 'sick targets are good enough for verify',
    why: 'a Network Load Balancer without healthy targets sends to all of them, until one is really dead',
    ...edit(
      'src/steps/verify-samples.ts',
      'if (trouble) return state.pending(trouble);\n      return balancer',
      'void trouble;\n      return balancer',
    ),
    test: 'samples.test.ts',
    title: 'other options change the samples',
    red: /to contain 'is unhealthy'/,
  },
];
