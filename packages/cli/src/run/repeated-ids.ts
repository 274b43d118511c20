import { runView } from '@millrace/run';
import { compileView } from '@millrace/viewdef';
import { runHere, type Reading } from './run-here.js';

/**
 * How many resources of these types repeat the type and id of an earlier one. A source holds live resources, one
 * line each, so that anything but 0 means rows that come twice.
 */
export async function countRepeatedIds(
  resourceTypes: Iterable<string>,
  reading: Reading,
  signal: AbortSignal,
): Promise<number> {
  let repeated = 0;
  for (const type of new Set(resourceTypes)) {
    const ids = new Set<string>();
    const view = {
      resourceType: 'ViewDefinition',
      resource: type,
      select: [{ column: [{ name: 'id', path: 'id' }] }],
    };
    const lines = lineSplitter((id) => {
      if (ids.has(id)) repeated += 1;
      ids.add(id);
    });
    await runHere(
      reading,
      {
        views: [runView(view, compileView(view, { fhirVersion: reading.fhirVersion }))],
        bases: [],
        engine: 'auto',
        format: 'csv',
        header: false,
      },
      () =>
        Promise.resolve({ write: lines, commit: () => Promise.resolve(), abort: () => Promise.resolve() }),
      signal,
    );
  }
  return repeated;
}

/** An id has no line feed and no quote (https://hl7.org/fhir/datatypes.html#id), so a CSV line is an id. */
function lineSplitter(onLine: (line: string) => void): (chunk: Uint8Array) => Promise<void> {
  let rest = '';
  return async (chunk) => {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  };
}
