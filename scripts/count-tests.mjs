// Counts the tests of a vitest JSON report: "passed failed". Those that failed are named on stderr, with what they said.
import { readFileSync } from 'node:fs';

const { numPassedTests, testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
  const tests = assertionResults.filter((one) => one.status === 'failed');
  // A file that could not be loaded, or whose hooks failed, may have no test that failed.
  if (status === 'failed' && tests.length === 0) return [{ fullName: name, failureMessages: [message] }];
  return tests.map((one) => ({ ...one, fullName: `${name}: ${one.fullName}` }));
});
for (const { fullName, failureMessages } of failures)
  console.error(`FAILED ${fullName}\n${failureMessages.join('\n').replace(/^/gm, '  ').slice(0, 2000)}`);
// A run of no tests is a failure.
console.log(numPassedTests, failures.length || (numPassedTests > 0 ? 0 : 1));
