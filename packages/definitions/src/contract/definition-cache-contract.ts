import { describe, expect, it } from '@jest/globals';
import type { DefinitionCache } from '../definition-cache.js';
import type { StoredVersion } from '../stored-version.js';

export interface CacheUnderTest {
  readonly cache: DefinitionCache;
  /** A second instance over the same content, as another process has. */
  readonly other: DefinitionCache;
  /** Returns once a listing does not count any more. */
  outlive(): Promise<void>;
}

/** The promises of every cache. `make` gives an empty one. */
export function describeDefinitionCache(name: string, make: () => Promise<CacheUnderTest>): void {
  describe(`definition cache: ${name}`, () => {
    it('starts empty and not complete', async () => {
      const { cache } = await make();
      expect((await cache.state()).complete).toBe(false);
      expect((await cache.load()).versions).toEqual([]);
    });

    it('shows what one instance puts to the others', async () => {
      const { cache, other } = await make();
      await cache.put([version('a', 1), version('b', 1)]);
      expect(ids(await other.load())).toEqual(['a@1', 'b@1']);
    });

    it('never goes back to an older version', async () => {
      const { cache } = await make();
      await cache.put([version('a', 2)]);
      await cache.put([version('a', 1)]);
      await cache.putListed([version('a', 1)], (await cache.state()).generation);
      expect(ids(await cache.load())).toEqual(['a@2']);
    });

    it('changes its generation with its content and only then', async () => {
      const { cache, other } = await make();
      await cache.put([version('a', 1)]);
      const { generation } = await other.state();
      await cache.put([version('a', 1)]);
      expect((await other.state()).generation).toBe(generation);
      expect((await other.load()).generation).toBe(generation);
      await cache.put([version('a', 2)]);
      expect((await other.state()).generation).not.toBe(generation);
    });

    it('is complete after a listing', async () => {
      const { cache, other } = await make();
      await cache.putListed([version('a', 1)], (await cache.state()).generation);
      expect((await other.state()).complete).toBe(true);
      expect(ids(await other.load())).toEqual(['a@1']);
    });

    it('is complete after a listing that found nothing', async () => {
      const { cache } = await make();
      await cache.putListed([], (await cache.state()).generation);
      expect((await cache.state()).complete).toBe(true);
    });

    it('is not complete from the moment a change is announced', async () => {
      const { cache, other } = await make();
      await cache.putListed([version('a', 1)], (await cache.state()).generation);
      await other.announceChange();
      expect((await cache.state()).complete).toBe(false);
      expect(ids(await cache.load())).toEqual(['a@1']);
    });

    it('does not trust a listing that a change overtook', async () => {
      const { cache, other } = await make();
      const { generation } = await cache.state();
      await other.announceChange();
      await cache.putListed([version('a', 1)], generation);
      expect((await cache.state()).complete).toBe(false);
    });

    it('stays complete when a writer puts what it announced before', async () => {
      const { cache, other } = await make();
      await other.announceChange();
      await cache.putListed([], (await cache.state()).generation);
      await other.put([version('a', 1)]);
      expect((await cache.state()).complete).toBe(true);
      expect(ids(await cache.load())).toEqual(['a@1']);
    });

    it('does not trust a listing for ever', async () => {
      const { cache, outlive } = await make();
      await cache.putListed([version('a', 1)], (await cache.state()).generation);
      await outlive();
      expect((await cache.state()).complete).toBe(false);
    });
  });
}

function version(id: string, number: number): StoredVersion {
  return {
    schemaVersion: 1,
    id,
    version: number,
    lastUpdated: '2026-01-01T00:00:00.000Z',
    resource: { resourceType: 'ViewDefinition', name: `${id}${number}` },
  };
}

function ids({ versions }: { versions: readonly StoredVersion[] }): string[] {
  return versions.map(({ id, version: number }) => `${id}@${number}`).sort();
}
