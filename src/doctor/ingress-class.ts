import type { Context } from '../context.ts';
import { controllerName, controllerNamespace } from '../pins.ts';
import { applyObjects } from '../steps/objects.ts';
import { ingressClassManifests } from '../steps/sample-manifests.ts';
import { albController, isHeld, nameOf } from '../steps/served-objects.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import { objectsOf } from './objects.ts';

/** `kubectl delete -f` of a file with class and Ingress does it: then the webhook refuses even the Ingress's end. */
export const classGone: Diagnosis = {
  id: 'ingress-class-gone',
  title:
    "the IngressClass of an Ingress is gone, and without it the controller's webhook refuses every change",
  inCluster: true,
  async look(context) {
    const [ingresses, classes] = await Promise.all([
      objectsOf(context, 'Ingress'),
      objectsOf(context, 'IngressClass'),
    ]);
    const missing = ingresses.filter((ingress) => {
      const name = ingress.spec?.ingressClassName;
      const served = isHeld(ingress) || name === context.config.ingressClass;
      return name && served && !classes.some(({ metadata }) => metadata.name === name);
    });
    return missing.map((ingress): Finding => {
      const name: string = ingress.spec.ingressClassName;
      const ending = ingress.metadata.deletionTimestamp ? ', and is being deleted' : '';
      return {
        evidence: `${nameOf(ingress)} is of class ${name}${ending}`,
        fix: createCommand(name),
        cure: { run: (again) => createClass(again, name) },
      };
    });
  },
};

/** The command that makes an IngressClass again, as bare as the controller's webhook needs it. */
const createCommand = (name: string): string =>
  `echo '${JSON.stringify(bareClass(name))}' | kubectl create --filename -`;

const bareClass = (name: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name },
  spec: { controller: albController },
});

async function createClass(context: Context, name: string): Promise<void> {
  const own = name === context.config.ingressClass;
  // That of the chart stays the chart's: helm refuses what it does not find its own name on.
  const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
  const annotations = {
    'meta.helm.sh/release-name': controllerName,
    'meta.helm.sh/release-namespace': controllerNamespace,
  };
  const foreign = { ...bareClass(name), metadata: { name, ...(name === 'alb' && { labels, annotations }) } };
  if (own) await applyObjects(context, await ingressClassManifests(context));
  else await context.kubectl.apply([foreign]);
}
