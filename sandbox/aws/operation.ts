import { type Call, type Handler, NotEmulated } from './service.ts';

/**
 * Makes a handler that refuses (501, `NotEmulated`) every input member that it does not name: a parameter without an
 * effect must not look as if it had one. Empty lists count as absent, because the SDKs do not send them.
 */
export function operation<Input extends object>(
  members: readonly (keyof Input & string)[],
  run: (input: Input, call: Call) => object | Promise<object>,
): Handler {
  const emulated = new Set<string>(members);
  return (input: Input, call: Call) => {
    for (const [member, value] of Object.entries(input)) {
      if (value === undefined || emulated.has(member)) continue;
      if (Array.isArray(value) && value.length === 0) continue;
      throw new NotEmulated(`the parameter ${member} of ${call.service}:${call.operation}`);
    }
    return run(input, call);
  };
}
