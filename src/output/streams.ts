import { printable } from './printable.ts';

/** Prints lines of the result for people to stdout. */
export const printResult = (text: string): void => void process.stdout.write(`${printable(text)}\n`);

/** Prints lines about the run to stderr. */
export const printMessage = (text: string): void => void process.stderr.write(`${printable(text)}\n`);

/** Prints a value as one line of JSON to stdout. */
export const printJson = (value: object): void => void process.stdout.write(`${jsonLine(value)}\n`);

/**
 * A value as one line of JSON that is safe on a terminal. JSON escapes the control characters below U+0020; those from
 * U+007F on (U+009B begins a terminal sequence) and the bidirectional ones are escaped here. The value stays the same.
 */
export const jsonLine = (value: object): string =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/**
 * Keeps a closed pipe (`lbc-setup status | head -1`) from ending the run with a stack trace: what is under way in AWS is
 * brought to its end, and the exit code tells how it ended. Output that is lost otherwise (a full disk) is a failure.
 */
export function guardStreams(lost: (error: Error) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') lost(error);
    });
  }
}
