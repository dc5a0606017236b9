import type { Reporter } from './reporter.ts';
import { jsonLine } from './streams.ts';

/** One JSON object per line and event, for programs that follow a run. */
export function createJsonReporter(stream: NodeJS.WritableStream, quiet: boolean): Reporter {
  const event = (type: string, fields: object) => {
    stream.write(`${jsonLine({ time: new Date().toISOString(), type, ...fields })}\n`);
  };
  return {
    plan: (steps) => quiet || event('plan', { steps }),
    start: (id) => quiet || event('start', { id }),
    progress: (id, text) => quiet || event('progress', { id, text }),
    finish: (id, outcome, evidence) => quiet || event('finish', { id, outcome, evidence }),
    note: (text) => quiet || event('note', { text }),
    warn: (text) => event('warning', { text }),
    close: async () => {},
  };
}
