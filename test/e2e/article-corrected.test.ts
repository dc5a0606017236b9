import { afterAll, beforeAll, expect, it } from 'vitest';
import { greeting, prepareReader, succeeded } from '../article/reader.ts';
import { patience, type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal(['--speed', '300']);
});
afterAll(() => rehearsal.stop());

it(
  'the walkthrough of 2021 with its corrections runs to its end, and nothing is left',
  patience,
  async () => {
    const reader = await prepareReader(rehearsal);
    const headings =
      'tools create_cluster create_service_account install_controller deploy_nlb_sample delete_namespace deploy_alb_sample delete_sample_file delete_namespace delete_cluster';
    const { stdout } = succeeded(await reader.types('corrected.sh', ...headings.split(' ')));
    expect(stdout.split('\n').filter((line) => greeting.test(line))).toHaveLength(2);
    expect(await rehearsal.inventory()).toEqual([]);
  },
);
