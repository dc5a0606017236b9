/** Characters that a POSIX shell takes as they are. */
const plain = /^[\w@%+=:,./-]+$/;

/** A word as a POSIX shell reads it back: quoted only where it must be. */
const quote = (word: string): string => (plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/**
 * A command as one would type it into a POSIX shell.
 *
 * @param env variables set for this command alone
 * @param input the file that is its standard input
 */
export function commandLine(
  argv: readonly string[],
  { env = {}, input }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): string {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`);
  return [...settings, ...argv.map(quote), ...(input === undefined ? [] : ['<', quote(input)])].join(' ');
}
