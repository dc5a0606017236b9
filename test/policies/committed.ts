import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PolicyDocument } from './from-record.ts';

/** The commands that have a policy in docs/iam. */
export const commandsWithPolicy = ['up', 'status', 'verify', 'teardown'] as const;

export type CommandWithPolicy = (typeof commandsWithPolicy)[number];

/** Where a command's policy is. */
const policyFile = (command: CommandWithPolicy): string =>
  fileURLToPath(new URL(`../../docs/iam/${command}.json`, import.meta.url));

/** A command's policy as it is committed, placeholders and all. */
export const committedPolicy = async (command: CommandWithPolicy): Promise<PolicyDocument> =>
  JSON.parse(await readFile(policyFile(command), 'utf8')) as PolicyDocument;

/** Puts another policy in its place. */
export const writePolicy = (command: CommandWithPolicy, policy: PolicyDocument): Promise<void> =>
  writeFile(policyFile(command), `${JSON.stringify(policy, undefined, 2)}\n`);
