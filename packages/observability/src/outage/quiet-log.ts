import type { Logger } from 'pino';
import type { Outage } from './watch-outage.js';

/** The part of a logger that the code for events uses. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * A log that tells an outage once: lines with an error under `err` that one of the outages explains go to `debug`. All
 * others are written as they are.
 */
export function quietLog(log: Log, outages: readonly Outage[]): Log {
  const quietly = (level: 'warn' | 'error'): Log['warn'] =>
    ((fields: unknown, ...rest: [string]) => {
      const isExplained = outages.some((outage) => outage.explains(errorOf(fields)));
      log[isExplained ? 'debug' : level](fields, ...rest);
    }) as Log['warn']; // The overloads of pino cannot be written as one function.
  return {
    debug: log.debug.bind(log),
    info: log.info.bind(log),
    warn: quietly('warn'),
    error: quietly('error'),
  };
}

function errorOf(fields: unknown): unknown {
  return typeof fields === 'object' && fields !== null && 'err' in fields ? fields.err : undefined;
}
