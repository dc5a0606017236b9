import { expect, it } from 'vitest';
import { commands } from '../../sandbox/eksctl/commands.ts';
import { eksctl } from '../sandbox/eksctl/host.ts';

it.each(commands.map(({ words, flags }) => [words.join(' '), flags] as const))(
  'the real %s takes every flag that the stand-in takes',
  async (command, flags) => {
    const { stdout } = await eksctl([...command.split(' '), '--help']);
    // "  -n, --name string …" or "      --name string …"
    const lines = [...stdout.matchAll(/^ +(?:-(\w), )?--([\w-]+)/gm)];
    const real = new Map(lines.map(([, short, name]) => [name, short]));
    const differing = Object.entries(flags)
      .filter(([name, { short }]) => !real.has(name) || real.get(name) !== short)
      .map(([name]) => name);
    expect(differing).toEqual([]);
  },
);
