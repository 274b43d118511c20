/** What a line of a service's log holds; undefined for one that is no event, such as one that a kill has cut. */
export function readLogLine(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
