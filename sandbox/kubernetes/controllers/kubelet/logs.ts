/** The output of containers: of the present or, when it ended, the last run of each. */
export interface ContainerLogs {
  /** Begins a new, empty log and returns the function that adds lines to it. */
  open(namespace: string, pod: string, container: string): (line: string) => void;
  /** The lines so far; undefined for a container that never started. */
  read(namespace: string, pod: string, container: string): readonly string[] | undefined;
  /** Forgets a deleted pod. */
  remove(namespace: string, pod: string): void;
}

const linesKept = 5000;

/** Makes an empty store of logs. */
export function createContainerLogs(): ContainerLogs {
  const pods = new Map<string, Map<string, string[]>>();
  const keyOf = (namespace: string, pod: string) => `${namespace}/${pod}`;
  return {
    open(namespace, pod, container) {
      const containers = pods.get(keyOf(namespace, pod)) ?? new Map<string, string[]>();
      pods.set(keyOf(namespace, pod), containers);
      const lines: string[] = [];
      containers.set(container, lines);
      return (line) => {
        lines.push(line);
        if (lines.length > linesKept) lines.shift();
      };
    },
    read: (namespace, pod, container) => pods.get(keyOf(namespace, pod))?.get(container),
    remove: (namespace, pod) => {
      pods.delete(keyOf(namespace, pod));
    },
  };
}
