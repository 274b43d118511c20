import { z } from 'zod';

const eventSchema = z.looseObject({ msg: z.string() });

/** One line of a service's log: its message and its fields. */
export type LogEvent = z.infer<typeof eventSchema>;

/** Undefined for a line that is no event, such as one that a kill has cut. */
export function readEvent(line: string): LogEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return eventSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
