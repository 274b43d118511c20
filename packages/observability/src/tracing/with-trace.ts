import type { Events } from '../events.js';
import { readTraceparent } from './traceparent.js';

/**
 * Events whose log lines carry the id of a trace as `traceId`. Metrics do not.
 *
 * @param traceparent undefined where there is none: then these are the events themselves
 */
export function withTrace<Some extends Partial<Events>>(events: Some, traceparent: string | undefined): Some {
  const traceId = readTraceparent(traceparent)?.traceId;
  if (traceId === undefined) return events;
  const traced = Object.entries(events).map(([name, tell]) => [
    name,
    (event: object = {}) => (tell as (event: object) => void)({ ...event, traceId }),
  ]);
  // Each function has the name and the parameter of the one that it calls.
  return Object.fromEntries(traced) as Some;
}
