// Log lines as the Node.js runtime writes them: `<time> <requestId> [level] <message>`.
// `console.*` is rewritten; `process.stdout.write` stays raw. Runs inside the instance.

import { format } from 'node:util';

const levels = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof levels)[number];

/** `context.logger`, and the methods of `console` that the runtime replaces. */
export type Logger = Record<Level | 'log', (...args: unknown[]) => void>;

interface Sinks {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
}

/**
 * A logger that stamps the time and a request id on each message. `threshold` is `ALIYUN_FC_LOG_LEVEL`; unknown values mean
 * that nothing is filtered. `log` has level `info`, as on nodejs18 and nodejs20.
 */
export function createLogger(requestId: () => string, threshold: string | undefined, sinks: Sinks): Logger {
  const names: readonly string[] = levels;
  const lowest = names.indexOf(threshold?.toLowerCase() ?? 'debug');
  const at =
    (level: Level) =>
    (...args: unknown[]): void => {
      if (levels.indexOf(level) < lowest) return;
      const line = `${new Date().toISOString()} ${requestId()} [${level}] ${format(...args)}\n`;
      if (level === 'error' || level === 'warn') sinks.stderr(line);
      else sinks.stdout(line);
    };
  return { log: at('info'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
