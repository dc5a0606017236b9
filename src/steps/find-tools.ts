import { pins } from '../pins.ts';
import { findTool } from '../tools/find.ts';
import { type Step, state } from './step.ts';

/** Step 1 of the walkthrough: the programs that the rest is done with. */
export const findTools: Step = {
  id: 'tools',
  title: 'Find eksctl, helm and kubectl',
  subject: 'Tools',
  command: 'init',
  needs: [],
  deadline: 600,
  async check() {
    await Promise.all([findTool('eksctl'), findTool('helm'), findTool('kubectl')]);
    return state.ready(`made for eksctl ${pins.eksctl}`);
  },
  async apply() {
    // The check itself says what is missing.
  },
};
