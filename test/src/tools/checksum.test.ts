import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findChecksum, requireChecksum, sha256 } from '../../../src/tools/checksum.ts';
import { formatVersion, parseVersion } from '../../../src/tools/version.ts';

const hash = 'a'.repeat(63);

describe('a published checksum', () => {
  it.each([
    ['alone, as dl.k8s.io has it', `${hash}1`, `${hash}1`],
    ['alone with a line feed', `${hash}1\n`, `${hash}1`],
    ['beside its file, as get.helm.sh has it', `${hash}1  file.tar.gz\n`, `${hash}1`],
    ['in a list, as eksctl has it', `${hash}1  other.tar.gz\n${hash}2  file.tar.gz\n`, `${hash}2`],
    ['of a binary file', `${hash}1 *file.tar.gz\n`, `${hash}1`],
    ['in capitals', `${hash}1`.toUpperCase(), `${hash}1`],
    ['of other files only', `${hash}1  other.tar.gz\n`, undefined],
    ['alone in a list of others', `${hash}1\n${hash}2  other.tar.gz\n${hash}3  third\n`, undefined],
    ['too short', `${hash}\n`, undefined],
    ['that is a web page', '<!DOCTYPE html><title>Sign in</title>', undefined],
    ['that is empty', '', undefined],
  ])('%s', (_, text, expected) => expect(findChecksum(text, 'file.tar.gz')).toBe(expected));

  it('is not found in arbitrary text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(findChecksum(text, 'file')).toBeUndefined();
      }),
    );
  });

  it('holds for the same bytes only', () => {
    const content = Buffer.from('content');
    requireChecksum('it', content, sha256(content), 'source');
    expect(() => requireChecksum('it', Buffer.from('content!'), sha256(content), 'source')).toThrow(
      'it is not what was published, and was thrown away',
    );
  });
});

describe('a version', () => {
  it.each([
    ['1.35', '1.35.0'],
    ['v1.35.2', '1.35.2'],
    ['v1.35.2-eks-0123456', '1.35.2'],
    ['v4.1.4+g05fa379', '4.1.4'],
    ['0.230.0-dev+6f8a2b1c.2026-01-02T03-04-05Z\n', '0.230.0'],
  ])('%j is read', (text, expected) => {
    const version = parseVersion(text);
    expect(version && formatVersion(version)).toBe(expected);
  });

  it.each(['', '1', 'latest', '1.35.2.4', 'v1.35.2 and more', '1.35\n1.36', '99999.1.1', '\u001b[31m1.35.2'])(
    '%j is none',
    (text) => expect(parseVersion(text)).toBeUndefined(),
  );
});
