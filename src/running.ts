/** Whether a process of this machine runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else; its number may have been given anew.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
