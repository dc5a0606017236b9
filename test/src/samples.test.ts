import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeConfig } from '../../src/config/config.ts';
import { loadSettings } from '../../src/config/load.ts';
import { listenPorts } from '../../src/config/sample-annotations.ts';
import { sampleSettings } from '../../src/config/sample-settings.ts';
import type { Values } from '../../src/config/settings.ts';
import { UsageError } from '../../src/errors/user-error.ts';

const region = 'ap-northeast-1';
const certificate = `arn:aws:acm:${region}:111122223333:certificate/12345678-1234-1234-1234-123456789012`;
const nlb = 'service.beta.kubernetes.io/aws-load-balancer';
const alb = 'alb.ingress.kubernetes.io';

const annotations = async (values: Values) =>
  completeConfig(await loadSettings(values, undefined), region).annotations;

const refused = async (values: Values): Promise<UsageError> => {
  const error = await annotations(values).catch((thrown: unknown) => thrown);
  expect(error, JSON.stringify(values)).toBeInstanceOf(UsageError);
  return error as UsageError;
};

it('without options the samples are annotated as in the walkthrough', async () => {
  expect(await annotations({})).toEqual({
    nlb: {
      [`${nlb}-type`]: 'external',
      [`${nlb}-scheme`]: 'internet-facing',
      [`${nlb}-nlb-target-type`]: 'ip',
      [`${nlb}-healthcheck-port`]: 'traffic-port',
      [`${nlb}-healthcheck-protocol`]: 'http',
      [`${nlb}-healthcheck-path`]: '/health',
    },
    alb: {
      [`${alb}/scheme`]: 'internet-facing',
      [`${alb}/target-type`]: 'ip',
      [`${alb}/healthcheck-port`]: 'traffic-port',
      [`${alb}/healthcheck-protocol`]: 'HTTP',
      [`${alb}/healthcheck-path`]: '/health',
    },
  });
});

const https = { albListenPorts: '[{"HTTPS": 8443}]', albCertificateArn: certificate };
const good: [Values, 'nlb' | 'alb', string, string | undefined][] = [
  [{ nlbType: 'external' }, 'nlb', `${nlb}-type`, 'external'],
  [{ nlbScheme: 'internal' }, 'nlb', `${nlb}-scheme`, 'internal'],
  [{ nlbTargetType: 'ip' }, 'nlb', `${nlb}-nlb-target-type`, 'ip'],
  [{ nlbHealthcheckPort: '65535' }, 'nlb', `${nlb}-healthcheck-port`, '65535'],
  [{ nlbHealthcheckProtocol: 'https' }, 'nlb', `${nlb}-healthcheck-protocol`, 'https'],
  [{ nlbHealthcheckProtocol: 'tcp' }, 'nlb', `${nlb}-healthcheck-path`, undefined],
  [{ nlbHealthcheckPath: '/hello?x=1' }, 'nlb', `${nlb}-healthcheck-path`, '/hello?x=1'],
  [{ albGroupName: 'team.shared-1' }, 'alb', `${alb}/group.name`, 'team.shared-1'],
  [{ albScheme: 'internal' }, 'alb', `${alb}/scheme`, 'internal'],
  [{ albListenPorts: '[{"HTTP": 8080}]' }, 'alb', `${alb}/listen-ports`, '[{"HTTP": 8080}]'],
  [https, 'alb', `${alb}/certificate-arn`, certificate],
  [https, 'alb', `${alb}/listen-ports`, https.albListenPorts],
  [{ albTargetType: 'ip' }, 'alb', `${alb}/target-type`, 'ip'],
  [{ albHealthcheckPort: '1' }, 'alb', `${alb}/healthcheck-port`, '1'],
  [{ albHealthcheckProtocol: 'https' }, 'alb', `${alb}/healthcheck-protocol`, 'HTTPS'],
  [{ albHealthcheckPath: '/' }, 'alb', `${alb}/healthcheck-path`, '/'],
];
it.each(good)('%j sets %s %s', async (values, sample, annotation, expected) => {
  expect((await annotations(values))[sample][annotation]).toBe(expected);
});

const bad: [Values, string][] = [
  [{ samples: 'nlb,clb' }, 'nlb, alb, tgb'],
  [{ nlbType: 'nlb-ip' }, 'only external'],
  [{ nlbScheme: 'public' }, 'internal, internet-facing'],
  [{ nlbTargetType: 'instance' }, 'only ip'],
  [{ nlbHealthcheckPort: '70000' }, 'traffic-port or a port from 1 to 65535'],
  [{ nlbHealthcheckProtocol: 'grpc' }, 'tcp, http, https'],
  [{ nlbHealthcheckPath: 'health' }, 'begins with /'],
  [{ nlbHealthcheckProtocol: 'tcp', nlbHealthcheckPath: '/health' }, 'only http and https'],
  [{ albGroupName: 'Team' }, 'lower-case'],
  [{ albGroupName: 'a'.repeat(64) }, 'at most 63'],
  [{ albScheme: 'private' }, 'internal, internet-facing'],
  [{ albListenPorts: '[{HTTP:80}]' }, 'a JSON list'],
  [{ albListenPorts: '[]' }, 'a JSON list'],
  [{ albListenPorts: '[{"HTTP": 0}]' }, 'from 1 to 65535'],
  [{ albListenPorts: '[{"TCP": 80}]' }, '{"HTTP": port}'],
  [{ albListenPorts: '[{"HTTP": 80}, {"HTTP": 80}]' }, 'one listener'],
  [{ albListenPorts: '[{"HTTPS": 443}]' }, 'host name'],
  [{ albCertificateArn: certificate, albListenPorts: '[{"HTTP": 80}]' }, '[{"HTTP": 80}]'],
  [{ albCertificateArn: certificate.replace(region, 'us-east-1') }, 'its own region'],
  [{ albCertificateArn: 'my-certificate' }, 'ARN of a certificate'],
  [{ albTargetType: 'instance' }, 'only ip'],
  [{ albHealthcheckPort: 'http' }, 'traffic-port or a port from 1 to 65535'],
  [{ albHealthcheckProtocol: 'tcp' }, 'http, https'],
  [{ albHealthcheckPath: '/a b' }, 'without blanks'],
];
it.each(bad)('%j is refused, and what is allowed is said', async (values, allowed) => {
  const { why, fix, exitCode } = await refused(values);
  expect(why).toContain(allowed);
  expect(fix).not.toBe('');
  expect(exitCode).toBe(2);
});

it('there is a bad value for every option', () => {
  const keys = new Set(bad.flatMap(([values]) => Object.keys(values)));
  expect([...keys].sort()).toEqual(['samples', ...Object.keys(sampleSettings)].sort());
});

describe('ports', () => {
  const port = fc.integer({ min: 1, max: 65535 });
  const spaced = fc.constantFrom('', ' ', '\n  ');

  it('are taken from 1 to 65535 and nothing else', () => {
    const { pattern } = sampleSettings.nlbHealthcheckPort;
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 200_000 }), (number) => {
        expect(pattern.test(String(number))).toBe(number >= 1 && number <= 65535);
      }),
      { examples: [[0], [1], [65535], [65536], [99_999]] },
    );
  });

  it('to listen on are read back as they were written, however they are spaced', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(port, { minLength: 1, maxLength: 5 }), spaced, async (ports, gap) => {
        const wanted = ports.map((number, index) => ({
          protocol: index % 2 ? 'HTTPS' : 'HTTP',
          port: number,
        }));
        const text = `[${gap}${wanted.map((one) => `{${gap}"${one.protocol}"${gap}:${gap}${one.port}}`).join(`${gap},`)}]`;
        const albCertificateArn = ports.length > 1 ? certificate : undefined;
        const made = await annotations({ albListenPorts: text, albCertificateArn });
        expect(listenPorts(made.alb[`${alb}/listen-ports`], ports.length > 1)).toEqual(wanted);
      }),
    );
  });

  it('to listen on are read or refused with a usage error, whatever is given', async () => {
    const near = fc.array(
      fc.constantFrom('[', ']', '{', '}', '"HTTP"', '"HTTPS"', ':', ',', '80', '443', ' '),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          near.map((parts) => parts.join('')),
        ),
        async (albListenPorts) => {
          try {
            const made = await annotations({ albListenPorts, albCertificateArn: certificate });
            JSON.parse(made.alb[`${alb}/listen-ports`] ?? '');
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
    );
  });

  it('that nobody asks for are those of the controller: 443 where there is a certificate, else 80', () => {
    expect(listenPorts(undefined, false)).toEqual([{ protocol: 'HTTP', port: 80 }]);
    expect(listenPorts(undefined, true)).toEqual([{ protocol: 'HTTPS', port: 443 }]);
  });
});
