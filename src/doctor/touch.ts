import type { Context } from '../context.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import { ToolError } from '../tools/tool.ts';

/** Any change makes the controller look again at once. */
const touched = 'lbc-setup/touched';

/** The command that has the controller look at an object again, rather than after minutes. */
export const touchCommand = ({
  kind,
  metadata,
}: {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}): string =>
  `kubectl annotate ${kind.toLowerCase()} ${metadata.name} --namespace ${metadata.namespace} --overwrite ${touched}="$(date)"`;

/** Has the controller look at an object again. One that is gone meanwhile needs it no more. */
export async function touch({ kubectl }: Context, { kind, metadata }: KubeObject): Promise<void> {
  const now = { [touched]: new Date().toISOString() };
  try {
    await kubectl.annotate(kind, metadata.name, metadata.namespace, now);
  } catch (error) {
    if (!(error instanceof ToolError && error.stderr.includes('(NotFound)'))) throw error;
  }
}
