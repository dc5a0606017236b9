import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatError } from '../../src/output/format-error.ts';
import { createJsonReporter } from '../../src/output/json.ts';
import { createPlainReporter } from '../../src/output/plain.ts';
import { printable } from '../../src/output/printable.ts';
import { jsonLine } from '../../src/output/streams.ts';

const read = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString('utf8') ?? '';

it('text from outside cannot move the cursor, set the title or ring the bell', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be left
      expect(printable(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }),
  );
  expect(printable('\u001b]0;title\u0007red \u001b[31mtext\u001b[0m')).toBe('red text');
});

it('plain progress is one line an event, without escape sequences', () => {
  const stream = new PassThrough();
  const out = createPlainReporter(stream, false);
  out.plan([{ id: 'a', title: 'Create the cluster' }]);
  out.start('a');
  out.progress('a', '1 of 33');
  out.finish('a', 'applied', 'lbc-setup');
  expect(read(stream)).toBe('... Create the cluster: 1 of 33\ndone: Create the cluster (lbc-setup)\n');
});

it('quiet progress still tells what failed', () => {
  const stream = new PassThrough();
  const out = createPlainReporter(stream, true);
  out.finish('a', 'applied', 'x');
  out.finish('b', 'failed', 'y');
  expect(read(stream)).toBe('FAILED: b (y)\n');
});

it('JSON progress is one object a line', () => {
  const stream = new PassThrough();
  const out = createJsonReporter(stream, false);
  out.plan([{ id: 'a', title: 'A' }]);
  out.finish('a', 'failed', 'two\nlines');
  const events = read(stream)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map(({ type }) => type)).toEqual(['plan', 'finish']);
  expect(events[1].evidence).toBe('two\nlines');
});

it('JSON on a terminal cannot move the cursor either, and stays the same value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = jsonLine({ text });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be left
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(JSON.parse(line)).toEqual({ text });
    }),
  );
});

it('text cannot be shown in another order than it is written in', () => {
  expect(printable('safe \u202egnitirw fo\u202c \u2066text\u2069')).toBe('safe gnitirw fo text');
});

it('an error is printable, and no line of it is endless', () => {
  const text = formatError({ what: 'a\u001b[31mb', why: `${'x'.repeat(5000)}\nnext line`, fix: 'c\u0007' });
  expect(text).toMatch(/^error: ab\n {2}why: x{1000}…\n {7}next line\n {2}next: c$/);
});
