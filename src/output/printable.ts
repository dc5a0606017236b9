import { stripVTControlCharacters } from 'node:util';

/**
 * Text from outside (tool output, AWS messages, file contents) made safe for a terminal: escape sequences, control
 * characters other than line feed and tab, and characters that reverse the direction of writing are dropped, so that no
 * message can move the cursor, set the title or show something else than it says.
 */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    '',
  );
