import type { Interruption } from '@millrace/client';
import { reasonOf } from '../errors.js';

/** Tells the person who interrupted a command whether the export goes on, and how to go on with it. */
export type ToldInterruption =
  | Interruption
  /** It may run, and nobody knows its status URL. */
  | { readonly kind: 'unknown' }
  /** It had ended before. */
  | { readonly kind: 'kept'; readonly statusUrl: string };

/** @param canGoOn whether the same command goes on with an export that may run */
export function interruptionText(how: ToldInterruption, canGoOn: boolean): string {
  switch (how.kind) {
    case 'not-begun':
      return 'no export has begun';
    case 'unanswered':
      return 'the server has not answered the kick-off, so that an export may run there; the same command asks for it again';
    case 'unknown':
      return 'the server has not answered the kick-off, so that an export may run there';
    case 'cancelled':
      return 'the export is cancelled on the server; the same command begins another one';
    case 'not-cancelled':
      return [
        `the export could not be cancelled and may go on on the server (${reasonOf(how.failure)})`,
        ...(canGoOn ? ['the same command goes on with it'] : []),
        `millrace cancel ${how.statusUrl} tries again to cancel it`,
      ].join('; ');
    case 'goes-on':
      return 'the export is left alone on the server; the same command goes on with it';
    case 'kept':
      return `the export had ended, and the server keeps it; millrace download ${how.statusUrl} fetches its files`;
    default:
      return how satisfies never;
  }
}
