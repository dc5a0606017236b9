import { X509Certificate } from 'node:crypto';
import type { Context } from '../context.ts';
import { explain } from '../errors/explain.ts';
import { controllerNamespace, webhookService } from '../pins.ts';
import { certificateSecret } from '../steps/controller-health.ts';
import { ToolError } from '../tools/tool.ts';
import { restartController } from './controller.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import { hasApi, objectsOf } from './objects.ts';

/** A Service as anybody might make it; it is asked for in a dry run only. */
const probe = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'lbc-setup-doctor', namespace: 'default' },
  spec: { ports: [{ port: 80 }] },
};

/**
 * Asks the cluster whether it would take a new Service, which it lets the controller's webhook decide. The server's dry
 * run goes the whole way (network, certificate, answer) and stores nothing.
 */
export const webhookDiagnosis: Diagnosis = {
  id: 'webhook',
  title: 'the cluster refuses new Services',
  inCluster: true,
  symptom: true,
  async look(context) {
    if (!(await hasApi(context))) return [];
    try {
      await context.kubectl.apply([probe], { dryRun: true });
      return [];
    } catch (error) {
      const said = error instanceof ToolError ? error.stderr : '';
      if (!said.includes('failed calling webhook')) throw error;
      const evidence = said.trim().split('\n').at(-1) ?? '';
      const { what, fix } = explain(error);
      const untrusted = /x509: /.test(said) ? await describeCertificate(context) : undefined;
      return [{ evidence, what, fix, ...untrusted }];
    }
  },
};

/** The certificate that the controller has, against the authority that the API server was told to trust. */
async function describeCertificate(context: Context): Promise<Partial<Finding>> {
  const [configuration] = (await objectsOf(context, 'MutatingWebhookConfiguration')).filter(({ webhooks }) =>
    webhooks?.some(
      (webhook: { clientConfig?: { service?: { name?: string } } }) =>
        webhook.clientConfig?.service?.name === webhookService,
    ),
  );
  const bundle = configuration?.webhooks?.[0]?.clientConfig?.caBundle;
  const secret = await context.kubectl.get('Secret', certificateSecret, controllerNamespace);
  const shown = secret?.data?.['tls.crt'];
  if (!bundle || !shown) return {};
  const [authority, certificate] = [bundle, shown].map(
    (text: string) => new X509Certificate(Buffer.from(text, 'base64')),
  );
  // The Secret is right: the pods have not read it yet.
  if (authority && certificate?.verify(authority.publicKey)) return restartController;
  return {
    what: "the webhook's configuration trusts another certificate authority than the controller's certificate has",
    fix: `helm uninstall aws-load-balancer-controller --namespace ${controllerNamespace}, then lbc-setup install-controller; load balancers stay meanwhile`,
  };
}
