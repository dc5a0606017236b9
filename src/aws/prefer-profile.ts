const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

/**
 * Takes keys out of this program's environment, and so out of its children's, when a profile is named as well: by a
 * setting, else by AWS_PROFILE. The SDK for JavaScript uses the profile then, the one for Go (eksctl) the keys; all of
 * a run must be the same identity.
 */
export function preferProfile(profile: string | undefined): void {
  if (!profile && !process.env.AWS_PROFILE) return;
  for (const name of keys) delete process.env[name];
}
