import { ToolError } from '../tools/tool.ts';
import { awsErrors, notAws } from './aws-errors.ts';
import { explainReason } from './reasons.ts';
import { systemErrors } from './system-errors.ts';
import { toolErrors } from './tool-errors.ts';
import { type Explanation, UserError } from './user-error.ts';

const again = 'run the same command once more; it continues where it stopped';

/** Turns anything thrown into what, why and fix. What no table knows is shown with its own words. */
export function explain(thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown;
  const explanation = thrown instanceof ToolError ? explainTool(thrown) : explainError(thrown);
  return new UserError(explanation, { cause: thrown });
}

/** An error as it is logged: what the user is told, and where it came from. */
export function described(thrown: unknown): object {
  const { what, why, fix } = explain(thrown);
  return { what, why, fix, stack: thrown instanceof Error ? thrown.stack : undefined };
}

/** Whether an error may pass by itself, so that a wait goes on over it. */
export const isTransient = (thrown: unknown): boolean => explain(thrown).transient;

function explainError(thrown: unknown): Explanation {
  const { name, message, code, $metadata } = asError(thrown);
  const [said = ''] = message.split('\n');
  for (const known of [name, code]) {
    if (typeof known !== 'string') continue;
    const found = explainCode(known, said);
    if (found) return found;
  }
  if ($metadata) {
    const { httpStatusCode: status = 0 } = $metadata;
    // The SDK adds this line when the body is not what the service's protocol prescribes.
    if (message.includes('Deserialization error') || name === 'Unknown' || name === 'UnknownError') {
      return { ...notAws(`HTTP status ${status}: ${said}`), transient: status >= 500 };
    }
    return {
      what: 'AWS refused a call',
      why: `${name}: ${message}`,
      fix: `correct what the reason names, then ${again}`,
      transient: status >= 500,
    };
  }
  return {
    what: 'something unexpected happened',
    why: message,
    fix: 'run the same command once more; if it happens again, report it with the log of this run',
  };
}

interface AnyError {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const asError = (thrown: unknown): AnyError =>
  thrown instanceof Error ? thrown : { name: 'Error', message: describe(thrown) };

function describe(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

function explainCode(code: string, message: string): Explanation | undefined {
  const row = [...awsErrors, ...systemErrors].find(({ codes }) => codes.includes(code));
  return row?.explain({ code, message });
}

/** So many characters of an output are searched; programs tell the cause at the end. */
const longestOutput = 256 * 1024;

function explainTool(error: ToolError): Explanation {
  const { tool, writes, timeout } = error.invocation;
  const output = `${error.stdout.slice(-longestOutput)}\n${error.stderr.slice(-longestOutput)}`;
  const why = relevantLines(error).join('\n');
  const row = toolErrors.find((one) => (one.tool === tool || one.tool === 'any') && one.message.test(output));
  if (row) return { ...row.explanation, why };
  // eksctl passes on what AWS said in the words of the Go SDK.
  const [, code = '', message = ''] = /api error (\w+): (.*)/.exec(output) ?? [];
  const known = explainCode(code, message) ?? explainReason(output);
  if (known) return { ...known, why };
  if (error.timedOut) {
    return {
      what: `${tool} did not finish within ${timeout} s and was stopped`,
      why,
      fix: again,
      transient: !writes,
    };
  }
  return { what: error.message, why, fix: `correct what the reason names, then ${again}` };
}

/** The lines that tell the cause: eksctl marks them with ✖ on stdout, everybody ends with "Error:" on stderr. */
function relevantLines({ stdout, stderr }: ToolError): string[] {
  const marked = stdout.split('\n').filter((line) => line.includes('[✖]'));
  const errors = stderr.split('\n').filter((line) => line.trim() !== '');
  return [...new Set([...marked.slice(-5), ...errors.slice(-5)])];
}
