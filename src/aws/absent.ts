/**
 * The answer of a read, or undefined when AWS says that there is no such thing. Every other error (access denied, no
 * answer) is thrown on: not knowing is not the same as absent.
 *
 * @param codes the error codes that mean "not there", by service
 */
export async function orAbsent<T>(read: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Error && codes.includes(error.name)) return undefined;
    throw error;
  }
}
