import type { SourceTypes } from '@millrace/storage';

/** The resource types that sources have files of. */
export interface TypesOfSources {
  /** @throws SourceUnavailableError */
  of(source: string): Promise<readonly string[]>;
  /** Of all sources, by name, as they were listed lately. A source that could not be listed yet has none. */
  all(): Promise<readonly string[]>;
}

/** @param forMs after how long `all` has the sources listed again. Only the first listing keeps a caller waiting. */
export function typesOfSources(
  sources: ReadonlyMap<string, SourceTypes>,
  forMs: number,
  now: () => number = Date.now,
): TypesOfSources {
  const known = new Map<string, readonly string[]>();
  let listing: { readonly at: number; readonly done: Promise<void> } | undefined;

  async function list(): Promise<void> {
    await Promise.all(
      [...sources].map(async ([name, source]) => {
        const types = await source.types().catch(() => undefined);
        if (types !== undefined) known.set(name, types);
      }),
    );
  }

  return {
    async of(name) {
      return (await sources.get(name)?.types()) ?? [];
    },
    async all() {
      const isFirst = listing === undefined;
      if (listing === undefined || now() - listing.at >= forMs) listing = { at: now(), done: list() };
      if (isFirst) await listing.done;
      return [...new Set([...known.values()].flat())].sort();
    },
  };
}
