import type { BulkExport } from '../operations/operation.js';
import type { ReadParameter } from '../parameters/read-parameters.js';

/** One value of a parameter that takes several. */
export interface ListItem {
  readonly value: string;
  /** `_type[1]` */
  readonly expression: string;
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
