/** Log lines as eksctl prints them (facts/eksctl.md §2). */
export interface Logger {
  debug(text: string): void;
  info(text: string): void;
  success(text: string): void;
  warning(text: string): void;
  critical(text: string): void;
}

const markers = {
  critical: { marker: '✖', level: 1 },
  warning: { marker: '!', level: 2 },
  info: { marker: 'ℹ', level: 3 },
  success: { marker: '✔', level: 3 },
  debug: { marker: '▶', level: 4 },
} as const;

/** `2026-11-23 08:32:52`, in local time. */
function timestamp(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return (
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  );
}

/**
 * Makes a logger for `--verbose` level 0 to 5. A text that contains a newline is printed without one of its own:
 * that is why the plan of a task tree runs into the next line (facts/eksctl.md §2).
 */
export function createLogger(level: number, write: (text: string) => void): Logger {
  const line =
    (kind: keyof typeof markers) =>
    (text: string): void => {
      if (level < markers[kind].level) return;
      write(
        `${timestamp(new Date())} [${markers[kind].marker}]  ${text.includes('\n') ? text : `${text}\n`}`,
      );
    };
  return {
    debug: line('debug'),
    info: line('info'),
    success: line('success'),
    warning: line('warning'),
    critical: line('critical'),
  };
}
