import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { controllerPolicy } from '../../src/aws/policy-document.ts';
import type { Rehearsal, Run } from '../e2e/rehearsal.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Somebody who types the walkthrough. */
export interface Reader {
  /** Types the commands under some headings of `article.sh` or `corrected.sh`; what fails stops them. */
  types(script: 'article.sh' | 'corrected.sh', ...headings: string[]): Promise<Run>;
  /** Runs one command in the same folder. */
  runs(program: string, ...args: string[]): Promise<Run>;
  /** Everything that was printed so far. */
  seen(): string;
}

/** What a sample answers. */
export const greeting = /^Hello version: v1, instance: helloworld-v1-/m;

/** The same run, which must have succeeded. */
export function succeeded(run: Run): Run {
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  return run;
}

/** Gives a reader what the article downloads: the IAM policy, and an AWS CLI where there is none that can be used. */
export async function prepareReader(rehearsal: Rehearsal): Promise<Reader> {
  const { directory } = rehearsal;
  await writeFile(join(directory, 'iam_policy.json'), JSON.stringify(await controllerPolicy('aws')));
  const env = { ...(await awsCli(rehearsal)) };
  let seen = '';
  const runs: Reader['runs'] = async (program, ...args) => {
    const run = await rehearsal.tool(program, args, env);
    seen += `${run.stdout}\n${run.stderr}\n`;
    return run;
  };
  return {
    runs,
    types: (script, ...headings) => runs('bash', path(script), ...headings),
    seen: () => seen,
  };
}

/** The environment in which `aws` works: as it is when the machine's own knows AWS_ENDPOINT_URL. */
async function awsCli(rehearsal: Rehearsal): Promise<Record<string, string>> {
  const { exitCode } = await rehearsal.tool('aws', ['sts', 'get-caller-identity']);
  if (exitCode === 0) return {};
  const folder = join(rehearsal.directory, 'aws-cli');
  await mkdir(folder);
  const file = join(folder, 'aws');
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${path('aws.mjs')}' "$@"\n`);
  await chmod(file, 0o755);
  console.error('There is no AWS CLI that can be used on PATH: test/article/aws.mjs stands in for it.');
  return { PATH: [folder, rehearsal.env.PATH].join(delimiter) };
}
