/** What is looked at before a cluster is made, as `--skip-preflight` takes it. */
export const preflightNames = ['region', 'zones', 'names', 'quotas', 'permissions'] as const;

export type PreflightName = (typeof preflightNames)[number];
