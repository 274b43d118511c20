import { prepareCheck } from '../check-pass.js';
import { wholeFraming } from '../engines/framing.js';
import { FORMATS } from '../tiers.js';

/** Lines of Observations, each with one of the values as the JSON text of `valueX`. */
export function linesOf(element: string, values: readonly string[]): readonly Buffer[] {
  return values.map((value) =>
    Buffer.from(`{"resourceType":"Observation","id":"a","status":"final","${element}":${value}}`),
  );
}

export interface CompareOptions {
  readonly constant?: readonly object[];
  readonly collection?: boolean;
  readonly resource?: string;
}

/** For each format how the scan and generated code differ on columns, else how many of the lines the scan took. */
export function compareColumns(
  paths: string | readonly string[],
  lines: readonly Buffer[],
  { constant, collection, resource = 'Observation' }: CompareOptions = {},
): readonly string[] {
  const columns = [paths, 'id']
    .flat()
    .map((path, at) => ({ name: `c${at}`, path, ...(collection ? { collection } : {}) }));
  return FORMATS.map((format) => {
    const view = {
      resource,
      ...(constant ? { constant } : {}),
      select: [{ column: columns }],
    };
    const prepared = prepareCheck([view], 'scan,codegen', format, wholeFraming);
    if ('refused' in prepared) return prepared.refused;
    const { difference, compared } = prepared.check(lines);
    return difference ?? `${compared.filter((views) => views > 0).length} of ${lines.length}`;
  });
}

/** The result of `compareColumns` when both agree and the scan took all lines. */
export function agreed(count: number): readonly string[] {
  return FORMATS.map(() => `${count} of ${count}`);
}
