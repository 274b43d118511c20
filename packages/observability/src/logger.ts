import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { describeError } from './error-description.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Fields that could carry patient data or credentials. They are removed on the two levels that a log line can
 * have, whichever caller passes them.
 */
const NEVER_LOGGED = [
  'resource',
  'resources',
  'row',
  'rows',
  'value',
  'body',
  'headers',
  'authorization',
  'cookie',
  'password',
  'secret',
  'redisUrl',
  'query',
  'url',
  'diagnostics',
];

/**
 * One JSON line per event to standard output, or to `destination`. Children carry `exportId`, `step` and
 * `attempt`. Errors go under `err`, and are described without quoted data.
 */
export function createLogger(options: {
  service: string;
  level: LogLevel;
  destination?: DestinationStream;
}): Logger {
  const settings = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: NEVER_LOGGED.flatMap((field) => [field, `*.${field}`]), remove: true },
    serializers: { err: describeError },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}
