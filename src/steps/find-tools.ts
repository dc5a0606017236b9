import type { Context } from '../context.ts';
import { toolNames } from '../tools/tool.ts';
import type { Located, Missing } from '../tools/toolbox.ts';
import { type Step, state } from './step.ts';

const lookAll = ({ toolbox }: Context): Promise<(Located | Missing)[]> =>
  Promise.all(toolNames.map((name) => toolbox.look(name)));

/** Step 1 of the walkthrough: the programs that the rest is done with. */
export const findTools: Step = {
  id: 'tools',
  title: 'Find or download eksctl, helm and kubectl',
  subject: 'Tools',
  command: 'init',
  needs: ['version'],
  deadline: 600,
  async check(context) {
    const tools = await lookAll(context);
    const missing = tools.filter((tool) => 'reasons' in tool);
    if (missing.length > 0) return state.absent(missing.flatMap(({ reasons }) => reasons).join('; '));
    const located = tools.filter((tool) => 'path' in tool);
    return state.ready(
      located.map(({ name, version, origin }) => `${name} ${version} (${origin})`).join(', '),
    );
  },
  apply: ({ toolbox, writes }, { evidence }) =>
    writes.performUnlocked(
      () => `# download into the cache what is missing: ${evidence}`,
      () => toolbox.install(toolNames),
      undefined,
    ),
};
