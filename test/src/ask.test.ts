import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { agrees, ask } from '../../src/output/ask.ts';

const problem = (answer: string) => (/^[a-z]+$/.test(answer) ? undefined : 'letters only');

function dialogue(signal = new AbortController().signal) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk) => {
    shown += chunk;
  });
  return { input, output, signal, shown: () => shown };
}

it('takes the answer, and the proposal when there is none', async () => {
  for (const [typed, expected] of [
    ['mine\n', 'mine'],
    ['  mine \n', 'mine'],
    ['\n', 'proposed'],
  ]) {
    const { shown, ...on } = dialogue();
    on.input.write(typed);
    expect(await ask('name?', 'proposed', problem, on)).toBe(expected);
    expect(shown()).toContain('name? [proposed] ');
  }
});

it('asks again after an answer that cannot be used', async () => {
  const { shown, ...on } = dialogue();
  const asking = ask('name?', 'proposed', problem, on);
  on.output.on('data', () => {
    if (shown().split('[proposed]').length === 3) setImmediate(() => on.input.write('one\n'));
  });
  on.input.write('1\n');
  expect(await asking).toBe('one');
  expect(shown()).toContain('letters only');
});

it('ends with exit code 2 when the input ends, and at once when the run is interrupted', async () => {
  const ended = dialogue();
  ended.input.end();
  await expect(ask('name?', 'proposed', problem, ended)).rejects.toMatchObject({ exitCode: 2 });
  const interrupt = new AbortController();
  const interrupted = ask('name?', 'proposed', problem, dialogue(interrupt.signal));
  interrupt.abort();
  await expect(interrupted).rejects.toThrow();
});

it('takes only yes for yes, and the end of the input for no', async () => {
  for (const [typed, expected] of [
    ['y\n', true],
    [' YES \n', true],
    ['\n', false],
    ['yeah\n', false],
    ['', false],
  ] as const) {
    const { shown, ...on } = dialogue();
    on.input.end(typed);
    expect(await agrees('Make all that?', on)).toBe(expected);
    expect(shown()).toContain('Make all that? [y/N] ');
  }
  const interrupt = new AbortController();
  const interrupted = agrees('Make all that?', dialogue(interrupt.signal));
  interrupt.abort();
  await expect(interrupted).rejects.toThrow();
});
