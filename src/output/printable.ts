import { stripVTControlCharacters } from 'node:util';

/**
 * Text from outside (tool output, AWS messages, file contents) made safe for a terminal: escape sequences and control
 * characters other than line feed and tab are dropped, so that no message can move the cursor or set the title.
 */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
