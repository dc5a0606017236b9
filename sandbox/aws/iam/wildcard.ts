const special = /[.+^${}()|[\]\\]/g;

/** Matches IAM's wildcards: `*` for any text, `?` for one character. */
export function matchesWildcard(pattern: string, text: string, flags = ''): boolean {
  const source = pattern.replace(special, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}

/** Actions are compared without regard to case. */
export const matchesAction = (pattern: string, action: string): boolean =>
  matchesWildcard(pattern, action, 'i');
