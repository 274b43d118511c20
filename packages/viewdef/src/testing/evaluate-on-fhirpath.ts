import type { Cell, JsonValue } from '../cell.js';
import { compileView } from '../compile-view.js';

/** The values of a path on one Observation, by fhirpath.js; undefined when there is no row. */
export function evaluateOnFhirpath(
  path: string,
  resource: { readonly [key: string]: JsonValue } = {},
): Cell | undefined {
  const column = [{ name: 'value', path, collection: true }];
  const view = compileView({ resource: 'Observation', select: [{ column }] }, { engine: 'fhirpath' });
  let cell: Cell | undefined;
  view.evaluate({ resourceType: 'Observation', ...resource }, ([first]) => {
    cell = first;
  });
  return cell;
}
