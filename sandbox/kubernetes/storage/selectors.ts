import type { KubeObject } from '../api.ts';

/** Whether an object carries all these labels. */
export const hasLabels = (object: KubeObject, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value);
