import { expect, it } from 'vitest';
import { isOurs, mark, markSelector, markTags } from '../../src/ownership.ts';

const here = { cluster: 'shop', region: 'ap-northeast-1' };

it('what carries the mark is ours, as tags, as a tag list and as labels', () => {
  expect(isOurs(here, mark(here, 'cluster'))).toBe(true);
  expect(isOurs(here, markTags(here))).toBe(true);
  expect(isOurs(here, mark(here))).toBe(true);
  expect(markSelector(here)).toBe('lbc-setup/cluster=shop');
});

it('what has no mark, or that of another cluster or of its namesake in another region, is foreign', () => {
  expect(isOurs(here, undefined)).toBe(false);
  expect(isOurs(here, {})).toBe(false);
  expect(isOurs(here, [])).toBe(false);
  expect(isOurs(here, mark({ ...here, cluster: 'other' }))).toBe(false);
  expect(isOurs(here, markTags({ ...here, region: 'eu-west-1' }))).toBe(false);
});

it('labels hold nothing that Kubernetes refuses in a label', () => {
  for (const value of Object.values(mark({ ...here, cluster: 'a'.repeat(63) }, 'release')))
    expect(value).toMatch(/^[a-zA-Z0-9]([-\w.]{0,61}[a-zA-Z0-9])?$/);
});
