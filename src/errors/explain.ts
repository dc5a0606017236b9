import { ToolError } from '../tools/tool.ts';
import { awsErrors } from './aws-errors.ts';
import { toolErrors } from './tool-errors.ts';
import { UserError } from './user-error.ts';

/** Turns anything thrown into what, why and fix. What no table knows is shown with its own words. */
export function explain(thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown;
  if (thrown instanceof ToolError) return explainTool(thrown);
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = (error as { code?: unknown }).code;
  for (const name of [error.name, code]) {
    if (typeof name !== 'string') continue;
    const row = awsErrors.find(({ codes }) => codes.includes(name));
    if (row) return new UserError(row.explain({ code: name, message: error.message }), { cause: thrown });
  }
  if ('$metadata' in error) {
    return new UserError(
      { what: 'AWS refused a call', why: `${error.name}: ${error.message}`, fix: 'see the reason above' },
      { cause: thrown },
    );
  }
  return new UserError(
    {
      what: 'something unexpected happened',
      why: error.message,
      fix: 'run the same command once more; if it happens again, report it with the log of this run',
    },
    { cause: thrown },
  );
}

function explainTool(error: ToolError): UserError {
  const { tool } = error.invocation;
  const output = `${error.stdout}\n${error.stderr}`;
  const why = relevantLines(error).join('\n');
  const row = toolErrors.find((one) => (one.tool === tool || one.tool === 'any') && one.message.test(output));
  if (row) return new UserError({ ...row.explanation, why }, { cause: error });
  if (error.timedOut) {
    return new UserError(
      {
        what: `${tool} did not finish within ${error.invocation.timeout} s and was stopped`,
        why,
        fix: 'run the same command once more; it continues where it stopped',
      },
      { cause: error },
    );
  }
  return new UserError(
    { what: error.message, why, fix: 'see the reason above; then run the same command once more' },
    { cause: error },
  );
}

/** The lines that tell the cause: eksctl marks them with ✖ on stdout, everybody ends with "Error:" on stderr. */
function relevantLines({ stdout, stderr }: ToolError): string[] {
  const marked = stdout.split('\n').filter((line) => line.includes('[✖]'));
  const errors = stderr.split('\n').filter((line) => line.trim() !== '');
  return [...new Set([...marked.slice(-5), ...errors.slice(-5)])];
}
