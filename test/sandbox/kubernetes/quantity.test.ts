import { expect, test } from 'vitest';
import { canonicalQuantity, quantityValue } from '../../../sandbox/kubernetes/model/quantity.ts';

test.each([
  ['1.0', '1'],
  ['0.5', '500m'],
  ['1500m', '1500m'],
  ['1000k', '1M'],
  ['0.0001', '100u'],
  ['1024Mi', '1Gi'],
  ['0.25Gi', '256Mi'],
  ['2000Mi', '2000Mi'],
  ['0', '0'],
  ['much', undefined],
  ['1Zi', undefined],
])('%s is written as %s', (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});

test('quantities are compared as numbers', () => {
  expect(quantityValue('0.5Gi')).toBe(512 * 1024 * 1024);
  expect(quantityValue('250m')).toBe(0.25);
});
