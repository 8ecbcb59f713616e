import { pino } from 'pino';
import type { Log, LogLine } from '../../domain/ports.ts';
import { createRedactor } from './redact.ts';
import { openRotatingFile } from './rotating-file.ts';

export interface LogOptions {
  readonly path: string;
  /** Lines below it are left out. Default `info`. */
  readonly level?: LogLine['level'];
  /** Default 10 MiB. */
  readonly maxBytes?: number;
  /** Old files kept; default 5. */
  readonly keep?: number;
  /** Told once if the file cannot be written any more; logging never stops the work that it describes. */
  readonly onBroken?: (problem: Error) => void;
}

export interface OpenLog {
  readonly log: Log;
  /** A line as it may be shown or written: without secrets. For whoever shows lines too. */
  clean(line: LogLine): LogLine;
  /** Registers a value that must never reach the file, such as a password or a token. */
  addSecret(secret: string): void;
  close(): void;
}

/**
 * The log file: one JSON object a line, private to the user, a few old files kept.
 *
 * @throws NodeJS.ErrnoException if the file cannot be opened at all.
 */
export function openLog(options: LogOptions): OpenLog {
  const { path, level = 'info', maxBytes = 10 * 1024 ** 2, keep = 5, onBroken } = options;
  const redactor = createRedactor();
  const file = openRotatingFile({ path, maxBytes, keep });
  let broken = false;
  const write = (text: string): void => {
    if (broken) return;
    try {
      file.write(text);
    } catch (cause) {
      broken = true;
      onBroken?.(cause instanceof Error ? cause : new Error(String(cause)));
    }
  };
  const logger = pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    { write },
  );
  const clean = (line: LogLine): LogLine => ({
    ...line,
    message: redactor.redact(line.message),
    ...(line.command !== undefined && { command: redactor.redact(line.command) }),
  });
  return {
    clean,
    log(line) {
      const { level: lineLevel, message, ...fields } = clean(line);
      logger[lineLevel](fields, message);
    },
    addSecret: (secret) => {
      redactor.add(secret);
    },
    close() {
      broken = true;
      file.close();
    },
  };
}
