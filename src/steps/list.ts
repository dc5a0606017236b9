import { adoptCluster } from './adopt-cluster.ts';
import { applyCrds } from './apply-crds.ts';
import { associateOidcProvider } from './associate-oidc-provider.ts';
import { checkVersion } from './check-version.ts';
import { createAddons } from './create-addons.ts';
import { createBindingLoadBalancer } from './create-binding-load-balancer.ts';
import { createCluster } from './create-cluster.ts';
import { createSampleProfile, createSystemProfile } from './create-fargate-profiles.ts';
import { createPolicy } from './create-policy.ts';
import { createServiceAccount } from './create-service-account.ts';
import { deployBinding } from './deploy-binding.ts';
import { createIngressClass, createNamespace, deployAlb, deployNlb } from './deploy-samples.ts';
import { fetchChart } from './fetch-chart.ts';
import { findTools } from './find-tools.ts';
import { grantAdminRole } from './grant-admin-role.ts';
import { installRelease } from './install-release.ts';
import { preflight } from './preflight.ts';
import { proveIrsa } from './prove-irsa.ts';
import { removeOthers } from './remove-others.ts';
import { runCoreDns } from './run-coredns.ts';
import type { Step, StepCommand } from './step.ts';
import { sweepControllerResources } from './sweep-controller-resources.ts';
import { updateKubeconfig } from './update-kubeconfig.ts';
import { verifyAlb, verifyBinding, verifyNlb } from './verify-samples.ts';
import { waitForApi } from './wait-for-api.ts';
import { waitForController } from './wait-for-controller.ts';

/** Every step, in the order of the walkthrough. `up`, `status` and `teardown` walk this list. */
export const steps: readonly Step[] = [
  // Step 1: the working environment
  checkVersion,
  findTools,
  preflight,
  // Step 2: the cluster
  adoptCluster,
  createCluster,
  grantAdminRole,
  waitForApi,
  updateKubeconfig,
  associateOidcProvider,
  createAddons,
  sweepControllerResources,
  createSystemProfile,
  createSampleProfile,
  runCoreDns,
  // Step 3: the controller
  createPolicy,
  createServiceAccount,
  fetchChart,
  applyCrds,
  installRelease,
  waitForController,
  proveIrsa,
  removeOthers,
  // Using it
  createNamespace,
  createIngressClass,
  deployNlb,
  deployAlb,
  createBindingLoadBalancer,
  deployBinding,
  verifyNlb,
  verifyAlb,
  verifyBinding,
];

/** The steps that one subcommand applies. */
export const stepsOf = (...commands: readonly StepCommand[]): Step[] =>
  steps.filter(({ command, apply }) => apply && commands.includes(command));
