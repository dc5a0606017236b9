import { describe, expect, it } from 'vitest';
import { readAnnotations } from '../../../sandbox/controller/annotations.ts';

const prefix = 'alb.ingress.kubernetes.io';
const reading = (value: string) => readAnnotations(prefix, { [`${prefix}/x`]: value });

describe('an annotation', () => {
  it.each([
    ['a=1,b=2', { a: '1', b: '2' }],
    [' a = 1 ', { a: '1' }],
    ['a=1=2', { a: '1=2' }],
    ['', {}],
  ])('%j is read as a map', (text, map) => {
    expect(reading(text).map('x')).toEqual(map);
  });

  it('that is no map, list, number or truth value is refused in the words of the controller', () => {
    expect(() => reading('a').map('x')).toThrow(`failed to parse stringMap annotation, ${prefix}/x: a`);
    expect(() => reading('yes').boolean('x')).toThrow(`failed to parse bool annotation, ${prefix}/x: yes`);
    expect(() => reading('1s').integer('x')).toThrow(`failed to parse int32 annotation, ${prefix}/x: 1s`);
  });

  it('is read as a list without blanks and empty items', () => {
    expect(reading('a, b,,c ').list('x')).toEqual(['a', 'b', 'c']);
    expect(reading('a').list('y')).toBeUndefined();
  });

  it('of a later object wins', () => {
    const both = readAnnotations(prefix, { [`${prefix}/x`]: 'a' }, { [`${prefix}/x`]: 'b' });
    expect(both.text('x')).toBe('b');
    expect(both.suffixes()).toEqual(['x']);
  });
});
