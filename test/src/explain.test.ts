import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsErrors } from '../../src/errors/aws-errors.ts';
import { explain, isTransient } from '../../src/errors/explain.ts';
import { explainReason, reasons } from '../../src/errors/reasons.ts';
import { systemErrors } from '../../src/errors/system-errors.ts';
import { toolErrors } from '../../src/errors/tool-errors.ts';
import { UserError } from '../../src/errors/user-error.ts';
import { ToolError, type ToolName } from '../../src/tools/tool.ts';
import { recordedReasons, recordedToolMessages } from './recorded-messages.ts';

const toolError = (tool: ToolName, stdout: string, stderr: string): ToolError =>
  new ToolError(
    { tool, args: ['x'], writes: true, timeout: 5 },
    { exitCode: 1, timedOut: false, stdout, stderr },
  );

const awsError = (name: string, message: string, httpStatusCode?: number): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

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

  it('stand in the table once', () => {
    const codes = [...awsErrors, ...systemErrors].flatMap((row) => row.codes);
    expect(codes).toHaveLength(new Set(codes).size);
  });

  it('that no table knows keep their own words', () => {
    const error = Object.assign(new Error('strange'), { name: 'NewException', $metadata: {} });
    expect(explain(error).why).toBe('NewException: strange');
  });

  it.each([
    [
      'User: arn:aws:iam::111122223333:user/dev is not authorized to perform: eks:CreateCluster on resource: arn:aws:eks:ap-northeast-1:111122223333:cluster/x',
      'eks:CreateCluster',
      'arn:aws:iam::111122223333:user/dev',
    ],
    [
      'You are not authorized to perform this operation. User: arn:aws:sts::111122223333:assumed-role/ci/x is not authorized to perform: ec2:CreateVpc on resource: * because no identity-based policy allows the ec2:CreateVpc action',
      'ec2:CreateVpc',
      'arn:aws:sts::111122223333:assumed-role/ci/x',
    ],
  ])('name the permission that is missing, and who lacks it: %s', (message, action, who) => {
    const { what, fix } = explain(awsError('AccessDenied', message, 403));
    expect(what).toContain(action);
    expect(fix).toContain(`have ${action} allowed for ${who}`);
  });

  it('do not name a permission that AWS does not name', () => {
    const { what } = explain(
      awsError('UnauthorizedOperation', 'You are not authorized to perform this operation.'),
    );
    expect(what).toBe('the credentials lack a permission');
  });

  // What the SDK throws for a page of a proxy, for an empty page, and for a server that speaks something else.
  it.each([
    [
      'SyntaxError',
      'Unexpected token \'<\', "<html><bod"... is not valid JSON\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.',
    ],
    [
      'Error',
      '@aws-sdk XML parse error: unexpected content.\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.',
    ],
    ['Unknown', 'Unknown'],
    ['UnknownError', 'UnknownError'],
  ])('of something that is not AWS are told as that: %s: %s', (name, message) => {
    expect(explain(awsError(name, message, 200)).what).toBe('what answers is not AWS');
  });

  it.each([
    ['ThrottlingException', 'Rate exceeded', 400],
    ['ServiceUnavailable', 'later', 503],
    ['SomethingNew', 'oops', 500],
    ['ECONNRESET', 'socket hang up', undefined],
    ['TimeoutError', 'no answer', undefined],
  ])('that pass by themselves are known: %s', (name, message, status) => {
    expect(isTransient(awsError(name, message, status))).toBe(true);
  });

  it.each([
    ['AccessDenied', 403],
    ['ExpiredTokenException', 400],
    ['UnrecognizedClientException', 403],
    ['CredentialsProviderError', undefined],
    ['LimitExceededException', 400],
    ['InvalidParameterException', 400],
  ])('that no waiting cures are known: %s', (name, status) => {
    expect(isTransient(awsError(name, 'no', status))).toBe(false);
  });
});

describe('errors of the operating system', () => {
  for (const code of systemErrors.flatMap(({ codes }) => codes)) {
    it(`${code} is explained with its message and a fix`, () => {
      const error = Object.assign(new Error(`${code}: no, open '/x'`), { code });
      const { what, why, fix, transient } = explain(error);
      expect(what).not.toBe('something unexpected happened');
      expect(why).toContain('/x');
      expect(fix).toBeTruthy();
      expect(transient).toBe(false);
    });
  }
});

describe('messages of tools', () => {
  it.each(recordedToolMessages)('%s: %s%s', (tool, stdout, stderr, fix) => {
    const error = explain(toolError(tool, stdout, stderr));
    expect(error.fix).toContain(fix);
    expect(error.why).toBeTruthy();
  });

  it('are each the first row that fits a recorded example', () => {
    const hit = recordedToolMessages.map(([from, stdout, stderr]) =>
      toolErrors.find(
        ({ tool, message }) => (tool === 'any' || tool === from) && message.test(`${stdout}\n${stderr}`),
      ),
    );
    for (const row of toolErrors) expect(hit, String(row.message)).toContain(row);
  });

  it('give the cause that eksctl writes to stdout and the summary from stderr', () => {
    const { why } = explain(toolError('eksctl', '[ℹ]  noise\n[✖]  the cause\n', 'Error: failed\n'));
    expect(why).toBe('[✖]  the cause\nError: failed');
  });

  it('that AWS sent through eksctl are explained by the code of AWS', () => {
    const { what } = explain(
      toolError(
        'eksctl',
        '[✖]  creating CloudFormation stack "eksctl-f1-cluster": operation error CloudFormation: CreateStack, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: User: arn:aws:iam::111122223333:user/dev is not authorized to perform: cloudformation:CreateStack\n',
        'Error: failed to create cluster "f1"\n',
      ),
    );
    expect(what).toBe('the credentials lack the permission cloudformation:CreateStack');
  });

  it('that no table knows are shown as they are', () => {
    const { what, why } = explain(toolError('helm', '', 'Error: something new\n'));
    expect(what).toBe('helm x ended with exit code 1');
    expect(why).toBe('Error: something new');
  });

  it('of a read that hung pass by themselves, of a write they may not', () => {
    const hung = (writes: boolean) =>
      new ToolError(
        { tool: 'kubectl', args: ['x'], writes, timeout: 5 },
        { timedOut: true, stdout: '', stderr: '' },
      );
    expect(isTransient(hung(false))).toBe(true);
    expect(isTransient(hung(true))).toBe(false);
  });

  it.each([
    'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
    'Unable to connect to the server: net/http: TLS handshake timeout',
    'Unable to connect to the server: EOF',
    'Error from server (TooManyRequests): the server has received too many requests',
  ])('about an API server that restarts pass by themselves: %s', (stderr) => {
    expect(isTransient(toolError('kubectl', '', stderr))).toBe(true);
  });

  it.each([
    'error: You must be logged in to the server (Unauthorized)',
    'Error from server (Forbidden): pods is forbidden: User "x" cannot list resource "pods"',
  ])('about missing rights do not: %s', (stderr) => {
    expect(isTransient(toolError('kubectl', '', stderr))).toBe(false);
  });
});

describe('reasons of what does not come about', () => {
  it.each(recordedReasons)('%s', (text, what, fix) => {
    const found = explainReason(text);
    expect(found?.what).toContain(what);
    expect(found?.fix).toContain(fix);
  });

  it('are each the first row that fits a recorded example', () => {
    const hit = recordedReasons.map(([text]) => reasons.find(({ message }) => message.test(text)));
    for (const row of reasons) expect(hit, String(row.message)).toContain(row);
  });

  it('are none for what nobody knows', () => {
    expect(explainReason('1 of 2 pods available')).toBeUndefined();
  });
});

it('anything thrown becomes a message without a stack trace', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.string().map((text) => new TypeError(text)),
      ),
      (thrown) => {
        const error = explain(thrown);
        expect(error).toBeInstanceOf(UserError);
        expect(error.fix).toBeTruthy();
        expect(error.why ?? '').not.toMatch(/\n\s+at .*:\d+:\d+/);
      },
    ),
  );
});
