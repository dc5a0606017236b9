/** The output of containers: of the newest run of each, which may have ended, and of the one before. */
export interface ContainerLogs {
  /** Begins a new, empty log and returns the function that adds lines to it. */
  open(namespace: string, pod: string, container: string): (line: string) => void;
  /** The lines so far, `ago` runs back (0 or 1); undefined for a run that never was. */
  read(namespace: string, pod: string, container: string, ago?: number): readonly string[] | undefined;
  /** Forgets a deleted pod. */
  remove(namespace: string, pod: string): void;
}

const linesKept = 5000;

/** Makes an empty store of logs. */
export function createContainerLogs(): ContainerLogs {
  const pods = new Map<string, Map<string, string[][]>>();
  const keyOf = (namespace: string, pod: string) => `${namespace}/${pod}`;
  return {
    open(namespace, pod, container) {
      const containers = pods.get(keyOf(namespace, pod)) ?? new Map<string, string[][]>();
      pods.set(keyOf(namespace, pod), containers);
      const lines: string[] = [];
      containers.set(container, [lines, ...(containers.get(container) ?? [])].slice(0, 2));
      return (line) => {
        lines.push(line);
        if (lines.length > linesKept) lines.shift();
      };
    },
    read: (namespace, pod, container, ago = 0) => pods.get(keyOf(namespace, pod))?.get(container)?.[ago],
    remove: (namespace, pod) => {
      pods.delete(keyOf(namespace, pod));
    },
  };
}
