import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clientsOf } from './foreign-world.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await startRehearsal();
});
afterEach(() => rehearsal.stop());

/** Makes the OIDC provider anew without the audience that ServiceAccount tokens have. */
async function forgetAudience(): Promise<void> {
  const { iam } = clientsOf(rehearsal);
  const { OpenIDConnectProviderList: [{ Arn } = {}] = [] } = await iam.send(
    new ListOpenIDConnectProvidersCommand({}),
  );
  const { Url, Tags } = await iam.send(
    new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn }),
  );
  await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn }));
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url: `https://${Url}`, Tags }));
}

it('each command does its part, does nothing the second time, and names the command that must come first', {
  timeout: 180_000,
}, async () => {
  const early = await rehearsal.run(['install-controller']);
  expect(early.exitCode).toBe(1);
  expect(early.stderr).toContain('next: lbc-setup cluster --cluster lbc-setup --region ap-northeast-1');

  for (const command of [
    ['cluster', '--yes'],
    ['iam'],
    ['install-controller'],
    ['deploy-sample', 'nlb'],
    ['verify', 'nlb'],
  ]) {
    const first = await rehearsal.runJson(command);
    expect(first, `${command}: ${first.stderr}`).toMatchObject({ exitCode: 0 });
    const position = (await rehearsal.record()).length;
    const second = await rehearsal.runJson(command);
    expect(second, `${command}: ${second.stderr}`).toMatchObject({ exitCode: 0, data: { changed: 0 } });
    expect(await rehearsal.writes(position), String(command)).toEqual([]);
  }
  await forgetAudience();
  const repaired = await rehearsal.runJson(['cluster', '--yes']);
  expect(repaired, repaired.stderr).toMatchObject({ exitCode: 0, data: { changed: 1 } });
  expect(repaired.stderr).toContain('Associate the IAM OIDC provider');

  const verify = await rehearsal.run(['verify', 'alb']);
  expect(verify.exitCode).toBe(3);
  expect(verify.stdout + verify.stderr).toContain('lbc-setup deploy-sample');

  const teardown = await rehearsal.runJson(['teardown', '--yes']);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  expect(await rehearsal.inventory()).toEqual([]);
});
