import { closest, distance } from 'fastest-levenshtein';

/** The largest share of a word that may be mistyped for another still to be meant. */
const tolerance = 0.5;

/** The name that was probably meant, or undefined when none is near. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const best = closest(word, names);
  const edits = distance(word.toLowerCase(), best.toLowerCase());
  return edits <= Math.max(word.length, best.length) * tolerance ? best : undefined;
}
