import type { Fault } from '../errors/fault.js';
import type { BulkExport } from '../operations/operation.js';
import type { ReadParameter } from '../parameters/read-parameters.js';

/** One value of a parameter that takes several. */
export interface ListItem {
  readonly value: string;
  /** `_type[1]` */
  readonly expression: string;
}

/** More are refused: each is looked for in all types that are exported. R4 has 148 types. */
const MOST_VALUES = 1000;

/**
 * A fault if a parameter has more values than an export takes. They are counted, and not read.
 *
 * @returns no fault, or one
 */
export function tooManyValues(parameters: readonly ReadParameter[], name: string): readonly Fault[] {
  const count = parameters
    .filter((parameter) => parameter.name === name)
    .reduce((sum, { value }) => sum + 1 + (value?.type === 'string' ? commasIn(value.value) : 0), 0);
  if (count <= MOST_VALUES) return [];
  const diagnostics = `${name} has ${count} values; one export takes at most ${MOST_VALUES}`;
  return [{ status: 400, code: 'too-costly', diagnostics, expression: name }];
}

function commasIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) count += 1;
  return count;
}

/**
 * The values of a parameter: in version 3 each text may hold several, behind commas; in version 4 it is one.
 *
 * @returns undefined when the request does not have the parameter
 */
export function listOf(
  parameters: readonly ReadParameter[],
  name: string,
  version: BulkExport['version'],
): readonly ListItem[] | undefined {
  const given = parameters.filter((parameter) => parameter.name === name);
  if (given.length === 0) return undefined;
  return given.flatMap(({ value, expression }) => {
    const text = value?.type === 'string' ? value.value : '';
    const values = version === 3 ? text.split(',') : [text];
    return values
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .map((one) => ({ value: one, expression }));
  });
}
