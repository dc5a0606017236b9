import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  controllerPolicy,
  meaning,
  meansTheSame,
  parsePolicyDocument,
} from '../../src/aws/policy-document.ts';

const { digests } = JSON.parse(
  await readFile(new URL('../fixtures/controller-policy-digests.json', import.meta.url), 'utf8'),
) as { digests: Record<string, { sha256: string; grants: number }> };

describe('the controller policy', () => {
  for (const [partition, expected] of Object.entries(digests)) {
    it(`grants in ${partition} exactly what the controller's own policy grants`, async () => {
      const lines = meaning(await controllerPolicy(partition));
      expect(lines).toHaveLength(expected.grants);
      expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(expected.sha256);
    });
  }

  it('fits into the 6,144 characters that IAM allows a managed policy', async () => {
    for (const partition of Object.keys(digests)) {
      const text = JSON.stringify(await controllerPolicy(partition));
      expect(text.replace(/\s/g, '').length).toBeLessThanOrEqual(6144);
    }
  });
});

describe('the meaning of a policy', () => {
  const statement = fc.record({
    Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    Action: fc.uniqueArray(fc.constantFrom('a:A', 'a:B', 'b:C'), { minLength: 1 }),
    Resource: fc.uniqueArray(fc.constantFrom('*', 'arn:x', 'arn:y'), { minLength: 1 }),
  });

  it('does not depend on the order or the grouping of statements, actions and resources', () => {
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        const scattered = statements
          .flatMap(({ Effect, Action, Resource }) =>
            Action.flatMap((one) => Resource.map((other) => ({ Effect, Action: one, Resource: other }))),
          )
          .reverse();
        const document = { Version: '2012-10-17', Statement: statements };
        expect(meansTheSame(document, { Version: '2012-10-17', Statement: scattered })).toBe(true);
      }),
    );
  });

  it('changes when an action is taken away', async () => {
    const whole = await controllerPolicy('aws');
    const less = {
      ...whole,
      Statement: whole.Statement.map(({ Action, ...rest }) => ({
        ...rest,
        Action: [Action ?? []].flat().slice(1),
      })),
    };
    expect(meansTheSame(whole, less)).toBe(false);
  });
});

describe('a policy document of IAM', () => {
  const encode = (document: unknown) => encodeURIComponent(JSON.stringify(document));

  it('is read whether it has a list of statements or one', () => {
    const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
    const one = parsePolicyDocument(encode({ Version: '2012-10-17', Statement: statement }));
    const list = parsePolicyDocument(encode({ Version: '2012-10-17', Statement: [statement] }));
    expect(one).toEqual(list);
    expect(one?.Statement).toHaveLength(1);
  });

  it('means something else when it allows everything but an action', async () => {
    const whole = await controllerPolicy('aws');
    const more = { Effect: 'Allow' as const, NotAction: 'iam:*', Resource: '*' };
    expect(meansTheSame(whole, { ...whole, Statement: [...whole.Statement, more] })).toBe(false);
  });

  it('is read or refused, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json().map(encodeURIComponent)), (text) => {
        const document = parsePolicyDocument(text);
        if (document) expect(meansTheSame(document, document)).toBe(true);
      }),
    );
  });
});
