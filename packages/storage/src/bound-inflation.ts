import type { PinnedInput, Source } from './source.js';

/**
 * A source whose gzip inputs are pinned with a bound of what may come out of them; a lower bound that they have already stays.
 * The pins carry the bound to whoever reads them.
 *
 * @param ratio most decompressed bytes for a stored one. Absent: the source as it is
 */
export function boundInflation<S extends Source>(source: S, ratio: number | undefined): S {
  if (ratio === undefined) return source;
  const bound = (input: PinnedInput): PinnedInput =>
    input.compression === 'gzip'
      ? { ...input, gzipRatio: Math.min(ratio, input.gzipRatio ?? Infinity) }
      : input;
  return { ...source, list: async (resourceType) => (await source.list(resourceType)).map(bound) };
}
