import type { Clock } from '../clock.ts';

/** A structured logger; lines are JSON as the real controller's zap logger writes them. */
export interface Logger {
  info(message: string, fields?: object): void;
  error(message: string, error: unknown, fields?: object): void;
  /** The same log under a name (`controllers.service`). */
  named(name: string): Logger;
}

/** Makes a logger that writes lines of JSON. */
export function createLogger(clock: Clock, write: (line: string) => void, name?: string): Logger {
  const line = (level: string, message: string, fields: object): void => {
    const ts = `${clock.now().toISOString().slice(0, 19)}Z`;
    write(
      JSON.stringify({ level, ts, ...(name === undefined ? {} : { logger: name }), msg: message, ...fields }),
    );
  };
  return {
    info: (message, fields = {}) => line('info', message, fields),
    error: (message, error, fields = {}) => line('error', message, { ...fields, error: messageOf(error) }),
    named: (next) => createLogger(clock, write, next),
  };
}

/** The text of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
