import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillTemplate } from '../../src/templates.ts';

describe('a template', () => {
  it('puts any text into its place unchanged, whatever YAML would make of it', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const [document] = fillTemplate('name: ${value}\nlist: ["a ${value} b"]', { value }, 'test');
        expect(document).toEqual({ name: value, list: [`a ${value} b`] });
      }),
    );
  });

  it('puts objects into the place of a whole scalar', () => {
    expect(fillTemplate('labels: ${labels}', { labels: { a: 'b' } }, 'test')).toEqual([
      { labels: { a: 'b' } },
    ]);
  });

  it('refuses a token that it is not given', () => {
    expect(() => fillTemplate('a: ${missing}', {}, 'test.yaml')).toThrow('unknown token missing');
  });

  it('refuses a token that it does not use', () => {
    expect(() => fillTemplate('a: b', { extra: 1 }, 'test.yaml')).toThrow('does not use extra');
  });
});
