import type { SessionCommand } from './command.ts';

/** A subcommand as the command line shows it; its code is loaded when it runs. */
export interface CommandEntry {
  readonly name: string;
  /** Positional arguments, in commander's notation. */
  readonly arguments?: string;
  /** Options of its own, each with its description. */
  readonly options?: readonly (readonly [flags: string, description: string])[];
  /** Whether --config may name a file that is not there yet. */
  readonly createsConfig?: boolean;
  /** It makes nothing that AWS bills. */
  readonly costsNothing?: true;
  readonly description: string;
  readonly load: () => Promise<{ run: SessionCommand }>;
}

/** The subcommands that work in a session, in the order of the walkthrough. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    options: [['--force', 'change settings that the configuration file has with another value']],
    createsConfig: true,
    costsNothing: true,
    description: 'say who you are, find or download the tools, write lbc-setup.yaml (step 1)',
    load: () => import('./init.ts'),
  },
  {
    name: 'up',
    options: [['--teardown-on-failure', 'when it fails, take away again what this run made']],
    description: 'do everything: cluster, controller and samples',
    load: () => import('./up.ts'),
  },
  {
    name: 'cluster',
    description: 'create the EKS cluster on Fargate (step 2)',
    load: () => import('./cluster.ts'),
  },
  {
    name: 'iam',
    description: "create the controller's IAM policy and ServiceAccount (step 3)",
    load: () => import('./iam.ts'),
  },
  {
    name: 'install-controller',
    description: 'install the AWS Load Balancer Controller (step 3)',
    load: () => import('./install-controller.ts'),
  },
  {
    name: 'deploy-sample',
    arguments: '[samples...]',
    options: [['--remove', 'take the samples away instead, one load balancer after the other']],
    description: 'deploy the samples, or --remove them: nlb, alb, tgb (default: nlb and alb)',
    load: () => import('./deploy-sample.ts'),
  },
  {
    name: 'verify',
    arguments: '[samples...]',
    description: 'call the samples from the internet: nlb, alb, tgb (default: nlb and alb)',
    load: () => import('./verify.ts'),
  },
  {
    name: 'status',
    description: 'show what is there, changing nothing',
    load: () => import('./status.ts'),
  },
  {
    name: 'doctor',
    options: [['--fix', 'do what one safe command cures, after asking, and look again']],
    description: 'say what is wrong, most likely cause first, each with evidence and what to do',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'teardown',
    options: [
      ['--keep-cluster', 'take away what was installed; the cluster stays, with its profiles and stacks'],
      ['--aws-only', 'ask nothing of a cluster that does not answer or does not let you in'],
    ],
    description: 'take everything away again, and look for what is left',
    load: () => import('./teardown.ts'),
  },
  {
    name: 'force-unlock',
    arguments: '<id>',
    costsNothing: true,
    description: 'break the lock of a run that cannot end any more',
    load: () => import('./force-unlock.ts'),
  },
];
