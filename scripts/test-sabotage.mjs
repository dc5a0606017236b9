// Breaks the tool in the ways of test/sabotage/sabotages.mjs, one at a time, and sees that the end-to-end test named
// there turns red, by an assertion that tells what is wrong. Works in a copy of the sources.
//   node scripts/test-sabotage.mjs [--check] [WORD...]
// With words, only those whose name has one of them in it; --check only looks whether they still fit the sources.
// Exit code 1 when one is not noticed, or does not fit any more.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sabotages } from '../test/sabotage/sabotages.mjs';

/** What was broken is waited for in vain: so long, not for the half hours that AWS may take. */
const patience = '60s';

const { values: options, positionals: words } = parseArgs({
  options: { check: { type: 'boolean' } },
  allowPositionals: true,
});
const chosen = sabotages.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
const copy = mkdtempSync(join(tmpdir(), 'lbc-setup-sabotage-'));
const results = join(copy, 'results.json');
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
const seconds = (since) => Math.round((Date.now() - since) / 1000);

/** The sources alone: what is built and what is installed stays where it is. */
function copySources() {
  for (const name of [
    'src',
    'sandbox',
    'templates',
    'docs',
    'bin',
    'scripts',
    'test',
    'package.json',
    'vitest.config.ts',
  ])
    cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
}

function run(args) {
  const env = { ...process.env, LBC_SETUP_TIMEOUT: patience };
  return spawnSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8', maxBuffer: 64 << 20 });
}

const build = () => run(['scripts/build.mjs']);

/** Runs tests of one file by their names; gives each with its outcome and what its assertions said. */
function runTests(file, titles) {
  rmSync(results, { force: true });
  const pattern = titles.map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--root', '.', `test/e2e/${file}`];
  const { stdout, stderr } = run([...vitest, '-t', pattern, '--reporter=json', `--outputFile=${results}`]);
  let report;
  try {
    report = JSON.parse(readFileSync(results, 'utf8'));
  } catch {
    throw new Error(`${file} did not run:\n${stdout}${stderr}`);
  }
  const tests = report.testResults.flatMap(({ message, assertionResults }) =>
    assertionResults.map((one) => ({ ...one, text: [...one.failureMessages, message].join('\n') })),
  );
  return titles.map(
    (title) =>
      tests.find(({ fullName }) => fullName === title) ?? { status: 'missing', text: 'no such test' },
  );
}

/** The text of a file after an edit; throws when what is to go is not there exactly once. */
function edited(text, { file, from, to }) {
  const [before, after, ...more] = text.split(from);
  if (after === undefined || more.length > 0)
    throw new Error(
      `the text stands ${after === undefined ? 'nowhere' : 'more than once'} in ${file}: ${from}`,
    );
  return before + to + after;
}

/** Makes the edits in the copy; gives what undoes them. */
function apply(edits) {
  const before = new Map(edits.map(({ file }) => [file, readFileSync(join(copy, file), 'utf8')]));
  const after = new Map(before);
  for (const edit of edits) after.set(edit.file, edited(after.get(edit.file), edit));
  for (const [file, text] of after) writeFileSync(join(copy, file), text);
  return () => {
    for (const [file, text] of before) writeFileSync(join(copy, file), text);
  };
}

/** What the test said of a broken tool that it noticed for the right reason. Throws when it did not. */
function noticed({ test, title, red }) {
  const { status, stderr } = build();
  if (status !== 0) throw new Error(`does not build: ${stderr.slice(0, 500)}`);
  const [{ status: outcome, text }] = runTests(test, [title]);
  if (outcome === 'passed') throw new Error(`not noticed by ${test}`);
  if (outcome !== 'failed' || !text.startsWith('AssertionError') || !red.test(text))
    throw new Error(`${test} is red for another reason (${outcome}): ${text.slice(0, 2000)}`);
  return red.exec(text)[0];
}

/** Breaks the tool in one way, looks, and mends it again. */
function sabotage(one) {
  const undo = apply(one.edits);
  try {
    return noticed(one);
  } finally {
    undo();
  }
}

function checkUnbroken() {
  if (build().status !== 0) throw new Error('the sources do not build');
  for (const file of new Set(chosen.map(({ test }) => test))) {
    const began = Date.now();
    const titles = [...new Set(chosen.filter(({ test }) => test === file).map(({ title }) => title))];
    for (const [index, { status, text }] of runTests(file, titles).entries())
      if (status !== 'passed') throw new Error(`${file}: "${titles[index]}" must be green first: ${text}`);
    console.log(`green without sabotage: ${file}, ${seconds(began)} s`);
  }
}

/** Whether all fit the sources as they are. */
function check() {
  for (const { name, edits } of chosen) {
    try {
      for (const edit of edits) edited(readFileSync(edit.file, 'utf8'), edit);
    } catch (error) {
      console.error(`${name}: ${error.message}`);
      process.exitCode = 1;
    }
  }
}

function breakAll() {
  try {
    copySources();
    checkUnbroken();
    let count = 0;
    for (const one of chosen) {
      const began = Date.now();
      const tell = (word, said) =>
        console.log(`${word} ${String(seconds(began)).padStart(4)} s  ${one.name}: ${said}`);
      try {
        tell('noticed', sabotage(one));
        count++;
      } catch (error) {
        tell('MISSED ', error.message);
      }
    }
    console.log(`${count} of ${chosen.length}`);
    process.exitCode = count === chosen.length && chosen.length > 0 ? 0 : 1;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (options.check) check();
else breakAll();
