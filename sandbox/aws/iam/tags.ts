import type { Tag } from '@aws-sdk/client-iam';
import { AwsError } from '../service.ts';

const maxTags = 50;
const maxKeyLength = 128;
const maxValueLength = 256;

/** A copy of the tags with those of a request set. Throws LimitExceeded and InvalidInput as IAM does. */
export function withTags(tags: ReadonlyMap<string, string>, added: readonly Tag[] = []): Map<string, string> {
  const result = new Map(tags);
  const keys = new Set<string>();
  for (const { Key = '', Value = '' } of added) {
    if (Key === '' || Key.length > maxKeyLength || Value.length > maxValueLength)
      throw new AwsError('ValidationError', `The tag ${Key} is too long or has no key.`);
    if (keys.has(Key.toLowerCase()))
      throw new AwsError(
        'InvalidInput',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
    keys.add(Key.toLowerCase());
    result.set(Key, Value);
  }
  if (result.size > maxTags)
    throw new AwsError(
      'LimitExceeded',
      `The number of tags has reached the maximum limit of ${maxTags}.`,
      409,
    );
  return result;
}

/** Sets tags on an entity. */
export function addTags(tags: Map<string, string>, added: readonly Tag[] = []): void {
  for (const [key, value] of withTags(tags, added)) tags.set(key, value);
}

/** The SDK's form of tags. */
export const tagList = (tags: ReadonlyMap<string, string>): Tag[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));
