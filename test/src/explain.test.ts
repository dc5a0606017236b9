import { describe, expect, it } from 'vitest';
import { awsErrors } from '../../src/errors/aws-errors.ts';
import { explain } from '../../src/errors/explain.ts';
import { toolErrors } from '../../src/errors/tool-errors.ts';
import { UserError } from '../../src/errors/user-error.ts';
import { ToolError, type ToolName } from '../../src/tools/tool.ts';

const toolError = (tool: ToolName, stdout: string, stderr: string): ToolError =>
  new ToolError(
    { tool, args: ['x'], writes: true, timeout: 5 },
    { exitCode: 1, timedOut: false, stdout, stderr },
  );

describe('AWS errors', () => {
  for (const row of awsErrors) {
    for (const code of row.codes) {
      it(`${code} is explained with its message and a fix`, () => {
        const error = Object.assign(new Error('the words of AWS'), { name: code });
        const { what, why, fix } = explain(error);
        expect(what).not.toBe('something unexpected happened');
        expect(why).toContain('the words of AWS');
        expect(fix).toBeTruthy();
      });
    }
  }

  it('that no table knows keep their own words', () => {
    const error = Object.assign(new Error('strange'), { name: 'NewException', $metadata: {} });
    expect(explain(error).why).toBe('NewException: strange');
  });
});

describe('messages of tools', () => {
  // Streams and words as recorded from the real programs (facts/eksctl.md, facts/lbc.md, facts/kubernetes-emulation.md).
  const recorded: [ToolName, string, string, string][] = [
    [
      'eksctl',
      '',
      'Error: resolving cluster version: invalid version, 1.21 is no longer supported, supported values: 1.31, 1.32',
      '--kubernetes-version',
    ],
    [
      'eksctl',
      '2026-11-23 08:32:52 [✖]  creating CloudFormation stack "eksctl-x-cluster": operation error CloudFormation: CreateStack, api error AlreadyExistsException: Stack eksctl-x-cluster already exists',
      'Error: failed to create cluster "x"',
      'lbc-setup status',
    ],
    [
      'eksctl',
      '',
      'Error: unable to create iamserviceaccount(s) without IAM OIDC provider enabled',
      'lbc-setup cluster',
    ],
    [
      'eksctl',
      '[✖]  either account is not authorized to use Fargate or region ap-northeast-1 is not supported: failed to create Fargate profile "x"',
      'Error: failed to create cluster "x"',
      'eks:CreateFargateProfile',
    ],
    [
      'helm',
      '',
      'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress',
      'lbc-setup install-controller',
    ],
    [
      'kubectl',
      '',
      'Error from server (InternalError): error when creating "f.yaml": Internal error occurred: failed calling webhook "mservice.elbv2.k8s.aws": failed to call webhook: Post "https://aws-load-balancer-webhook-service.kube-system.svc:443/mutate-v1-service?timeout=10s": no endpoints available for service "aws-load-balancer-webhook-service"',
      'lbc-setup install-controller',
    ],
    [
      'helm',
      '',
      'Error: unable to build kubernetes objects from release manifest: unable to recognize no matches for kind "IngressClassParams" in version "elbv2.k8s.aws/v1beta1"',
      'lbc-setup install-controller',
    ],
    ['kubectl', '', 'error: You must be logged in to the server (Unauthorized)', 'access entry'],
    [
      'kubectl',
      '',
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
      'lbc-setup status',
    ],
    [
      'eksctl',
      '[✖]  api error ExpiredTokenException: The security token included in the request is expired',
      '',
      'aws sso login',
    ],
  ];

  it.each(recorded)('%s: %s%s', (tool, stdout, stderr, fix) => {
    expect(explain(toolError(tool, stdout, stderr)).fix).toContain(fix);
  });

  it('are all covered by a recorded example', () => {
    for (const { tool, message } of toolErrors) {
      const example = recorded.find(
        ([from, stdout, stderr]) => (tool === 'any' || tool === from) && message.test(`${stdout}\n${stderr}`),
      );
      expect(example, String(message)).toBeDefined();
    }
  });

  it('give the cause that eksctl writes to stdout and the summary from stderr', () => {
    const { why } = explain(toolError('eksctl', '[ℹ]  noise\n[✖]  the cause\n', 'Error: failed\n'));
    expect(why).toBe('[✖]  the cause\nError: failed');
  });
});

it('a defect of the tool itself is no stack trace either', () => {
  const error = explain(new TypeError('x is not a function'));
  expect(error).toBeInstanceOf(UserError);
  expect(error.why).not.toContain(' at ');
});
