import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellCommands } from '../../src/commands/shell-commands.ts';

const run = (script: string, env: NodeJS.ProcessEnv) =>
  execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' });

it('a shell takes every value as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // No environment holds a NUL; a lone carriage return or line feed at the end is cut off by $(…), not by us.
      const value = `${text.replaceAll('\0', '')}.`;
      const commands = shellCommands({ unset: ['GONE'], set: { NAME: value }, tools: '/tools' }, {});
      const script = `${commands.join('\n')}\nprintf '%s|%s' "$NAME" "\${GONE-none}"`;
      expect(run(script, { PATH: '/bin', GONE: 'here' })).toBe(`${value}|none`);
    }),
    { numRuns: 50 },
  );
});

it('PATH begins with the tools, once', () => {
  const changes = { unset: [], set: {}, tools: "/it's here" };
  const script = `${shellCommands(changes, { PATH: '/bin' }).join('\n')}\nprintf '%s' "$PATH"`;
  expect(run(script, { PATH: '/bin' })).toBe("/it's here:/bin");
  expect(shellCommands(changes, { PATH: "/it's here:/bin" })).toEqual([]);
});
