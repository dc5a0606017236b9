import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/pki.ts';
import { clusterConfig } from './clusters.ts';
import { accessDenied } from './failing.ts';
import { isReal } from './host.ts';
import { openStage, type Stage } from './rehearsal.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(
    Object.fromEntries(['q2', 'q3', 'h4'].map((name) => [`${name}.yaml`, clusterConfig(name)])),
  );
  await Promise.all(['q2', 'q3', 'h4'].map((name) => stage.stackOnly(name)));
});
afterAll(() => stage.close());

// The real one would ask a resolver, and might get an answer.
it.skipIf(isReal)('an issuer that cannot be reached is reported as recorded', () =>
  stage.replay('c3-associate-noproxy', {
    env: { HTTPS_PROXY: '', https_proxy: '' },
    corrected: (text) => text.replace(' on RESOLVER:53', ''),
  }),
);

it('an issuer whose certificate is not trusted is reported as recorded', async () => {
  const file = join(stage.sandbox.env.HOME ?? '', 'other-ca.pem');
  await writeFile(file, (await createCertificateAuthority('another')).certificate);
  await stage.replay('c4-associate-badca', { env: { SSL_CERT_FILE: file } });
});

it('a provider that may not be made is reported as recorded', () =>
  stage.during(
    [
      accessDenied(
        'iam:CreateOpenIDConnectProvider',
        'arn:aws:iam::123456789012:oidc-provider/oidc.eks.ap-northeast-1.amazonaws.com/id/X',
      ),
    ],
    () => stage.replay('c5-associate-accessdenied'),
  ));

it('versions that may not be listed stop every command as recorded', () =>
  stage.during([accessDenied('eks:DescribeClusterVersions')], () => stage.replay('f18-deny-versions')));
