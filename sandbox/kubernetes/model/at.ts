/** The value at a dotted path of plain data (`at<string>(pod, 'status.phase')`), read as the type its schema gives it. */
export function at<T>(object: unknown, path: string): T | undefined {
  let value = object;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return (value ?? undefined) as T | undefined;
}
