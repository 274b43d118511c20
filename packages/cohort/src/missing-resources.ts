import type { PinnedInput, Source } from '@millrace/storage';
import { findResources } from './find-resources.js';

/** Gzip of FHIR data is about a tenth of it. */
const INFLATION = 10;

/** Which of some ids no resource of a type has. */
export async function missingResources(
  source: Source,
  inputs: readonly PinnedInput[],
  resourceType: string,
  ids: Iterable<string>,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const missing = new Set(ids);
  if (missing.size === 0) return [];
  for await (const { id } of findResources(source, inputs, resourceType, missing, signal)) missing.delete(id);
  return [...missing];
}

/** About how many bytes are read to look through some inputs. */
export function bytesToLookThrough(inputs: readonly PinnedInput[]): number {
  return inputs.reduce(
    (sum, { bytes, compression }) => sum + (compression === 'gzip' ? INFLATION * bytes : bytes),
    0,
  );
}
