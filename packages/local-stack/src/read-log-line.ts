/**
 * The event in a line of a service's log; undefined for a line that is not an event, such as one that a kill
 * cut short.
 */
export function readLogLine(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
