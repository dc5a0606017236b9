/** A version as programs number themselves. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

// Four digits a part: nothing real has more, and numbers stay exact.
const pattern = /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[-+][\w.+-]{0,64})?$/;

/** Reads `1.35`, `v1.35.2`, `v1.35.2-eks-0123456`, `0.230.0-dev+abc`; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
  const found = pattern.exec(text.trim());
  if (!found) return undefined;
  return { major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3] ?? 0) };
}

/** Less than, equal to or greater than zero, for sorting oldest first. */
export const compareVersions = (a: Version, b: Version): number =>
  a.major - b.major || a.minor - b.minor || a.patch - b.patch;

/** `1.35.2` */
export const formatVersion = ({ major, minor, patch }: Version): string => `${major}.${minor}.${patch}`;
