import { z } from 'zod';

const eventSchema = z.looseObject({ msg: z.string() });

/** One line of a service's log: its message and its fields. */
export type LogEvent = z.infer<typeof eventSchema>;

/** Reads the lines that a service writes; those that are no events, such as one that a kill has cut, are passed over. */
export function eventReader(onEvent: (event: LogEvent) => void): (line: string) => void {
  return (line) => {
    const event = readEvent(line);
    if (event !== undefined) onEvent(event);
  };
}

function readEvent(line: string): LogEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return eventSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
