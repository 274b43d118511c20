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

const TIME = '2026-01-01T00:00:00.000Z';

/** The promises of every cache. `make` gives an empty one. */
export function describeDefinitionCache(name: string, make: () => Promise<CacheUnderTest>): void {
  describe(`definition cache: ${name}`, () => {
    it('starts empty and not complete', async () => {
      const { cache } = await make();
      expect((await cache.state()).complete).toBe(false);
      expect(await all(cache)).toEqual([]);
    });

    it('shows what one instance puts to the others', async () => {
      const { cache, other } = await make();
      await cache.put([version('a', 1), version('b', 1)]);
      expect(ids(await all(other))).toEqual(['a@1', 'b@1']);
    });

    it('gives back the bytes of a resource as they were, and tombstones', async () => {
      const { cache, other } = await make();
      const json = Buffer.from(
        '{"resourceType":"Library", "id":"a","2":1.50,"1":"\\u00e9","__proto__":{"x":0}}',
      );
      const content = { resource: { resourceType: 'Library' }, json };
      await cache.put([
        { ...version('a', 1), content },
        { id: 'b', version: 2, lastUpdated: TIME },
      ]);
      const versions = await all(other);
      expect(versions.find(({ id }) => id === 'a')?.content?.json).toEqual(json);
      expect(versions.find(({ id }) => id === 'b')).toEqual({ id: 'b', version: 2, lastUpdated: TIME });
    });

    it('never goes back to an older version', async () => {
      const { cache } = await make();
      await cache.put([version('a', 2)]);
      await cache.put([version('a', 1)]);
      await cache.putListed([version('a', 1)], (await cache.state()).generation);
      expect(ids(await all(cache))).toEqual(['a@2']);
    });

    it('changes its generation with its content and only then', async () => {
      const { cache, other } = await make();
      await cache.put([version('a', 1)]);
      const { generation } = await other.state();
      await cache.put([version('a', 1)]);
      expect((await other.state()).generation).toBe(generation);
      expect((await other.numbers()).generation).toBe(generation);
      await cache.put([version('a', 2)]);
      expect((await other.state()).generation).not.toBe(generation);
    });

    it('is complete after a listing', async () => {
      const { cache, other } = await make();
      await cache.putListed([version('a', 1)], (await cache.state()).generation);
      expect((await other.state()).complete).toBe(true);
      expect(ids(await all(other))).toEqual(['a@1']);
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
      expect(ids(await all(cache))).toEqual(['a@1']);
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
      expect(ids(await all(cache))).toEqual(['a@1']);
    });

    it('is as complete as before once just the announced change was put', async () => {
      const { cache, other } = await make();
      await cache.putListed([], (await cache.state()).generation);
      const announced = await other.announceChange();
      expect((await cache.state()).complete).toBe(false);
      await other.put([version('a', 1)], announced);
      expect((await cache.state()).complete).toBe(true);
      expect(ids(await all(cache))).toEqual(['a@1']);
    });

    it('is not complete when another change was announced in between', async () => {
      const { cache, other } = await make();
      await cache.putListed([], (await cache.state()).generation);
      const announced = await other.announceChange();
      await cache.announceChange();
      await other.put([version('a', 1)], announced);
      expect((await cache.state()).complete).toBe(false);
    });

    it('does not become complete by a change when it was not', async () => {
      const { cache } = await make();
      await cache.put([version('a', 1)], await cache.announceChange());
      expect((await cache.state()).complete).toBe(false);
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
  const resource = { resourceType: 'ViewDefinition', id, name: `${id}${number}` };
  return {
    id,
    version: number,
    lastUpdated: TIME,
    content: { resource, json: Buffer.from(JSON.stringify(resource)) },
  };
}

async function all(cache: DefinitionCache): Promise<readonly StoredVersion[]> {
  const { numbers } = await cache.numbers();
  const found = (await cache.get([...numbers.keys(), 'none'])).map(({ version: one }) => one);
  expect(new Map(found.map(({ id, version: number }) => [id, number]))).toEqual(numbers);
  return found;
}

function ids(versions: readonly StoredVersion[]): string[] {
  return versions.map(({ id, version: number }) => `${id}@${number}`).sort();
}
