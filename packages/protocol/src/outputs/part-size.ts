import type { ExportRequest } from '@millrace/export';
import type { Fault } from '../errors/fault.js';
import type { ReadParameter } from '../parameters/read-parameters.js';
import { valueOf } from '../parameters/taken-parameters.js';

/** The sizes with which a file ends, as far as the client named them. */
export type PartSize = NonNullable<ExportRequest['partSize']>;

const MIB = 1 << 20;
const LIMITS = {
  // Smaller files would be too many for whoever keeps and lists them.
  partBytes: { least: MIB, most: 2 ** 31 - 1 },
  partRows: { least: 1000, most: 10 ** 9 },
} as const;

/** Reads `partBytes` and `partRows` of a kick-off. */
export function readPartSize(parameters: readonly ReadParameter[]): {
  readonly partSize: PartSize | undefined;
  readonly faults: readonly Fault[];
} {
  const faults: Fault[] = [];
  const sizeOf = (name: keyof typeof LIMITS): number | undefined => {
    const value = valueOf(parameters, name);
    if (value?.type !== 'integer') return undefined;
    const { least, most } = LIMITS[name];
    if (value.value >= least && value.value <= most) return value.value;
    const diagnostics = `${name} is ${value.value}; expected a whole number from ${least} to ${most}`;
    faults.push({ status: 400, code: 'invalid', diagnostics, expression: name });
    return undefined;
  };
  const [bytes, rows] = [sizeOf('partBytes'), sizeOf('partRows')];
  if (bytes === undefined && rows === undefined) return { partSize: undefined, faults };
  const partSize = {
    ...(bytes === undefined ? {} : { bytes }),
    ...(rows === undefined ? {} : { rows }),
  };
  return { partSize, faults };
}

/** The engine of SQL ends its files by their bytes alone. */
export function partSizeFaults(partSize: PartSize | undefined, hasSql: boolean): readonly Fault[] {
  if (partSize?.rows === undefined || !hasSql) return [];
  const diagnostics = 'partRows is not supported for SQL; expected partBytes, or views only';
  return [{ status: 400, code: 'not-supported', diagnostics, expression: 'partRows' }];
}
