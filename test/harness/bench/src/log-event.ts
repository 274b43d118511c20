import { readLogLine } from '@millrace/local-stack';
import * as z from 'zod';

const eventSchema = z.looseObject({ msg: z.string() });

/** One line of a service's log: its message and its fields. */
export type LogEvent = z.infer<typeof eventSchema>;

/** Reads the lines that a service writes; lines that are not events are passed over. */
export function eventReader(onEvent: (event: LogEvent) => void): (line: string) => void {
  return (line) => {
    const event = eventSchema.safeParse(readLogLine(line));
    if (event.success) onEvent(event.data);
  };
}
