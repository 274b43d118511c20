import { describe, expect, it } from '@jest/globals';
import { createMemorySink } from '@millrace/storage/memory';
import { createDecisions } from './decisions.js';
import type { DefinitionType } from './definition-type.js';
import { pruneVersions } from './prune-versions.js';
import { setUp, view } from './testing/two-instances.js';
import { createVersionObjects } from './version-objects.js';

const DAY_MS = 86_400_000;
const lastUpdated = '2026-01-01T00:00:00.000Z';

function open(store = createMemorySink()) {
  const decisions = createDecisions({ store, tenant: 'default', now: Date.now });
  const objectsOf = (type: DefinitionType) =>
    createVersionObjects({ store, tenant: 'default', type, decisions });
  return { store, decisions, objectsOf };
}

async function keysBelow(store: ReturnType<typeof createMemorySink>, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

describe('of a definition that is changed again and again', () => {
  it('the last 1,000 versions are kept, and no decision that only older ones need', async () => {
    const { store, decisions, objectsOf } = open();
    const views = objectsOf('ViewDefinition');
    const libraries = objectsOf('Library');
    for (let version = 1; version <= 1100; version += 1) {
      const transaction = version <= 3 ? { transaction: `t${version}` } : {};
      await views.create({ id: 'a', version, lastUpdated, ...transaction });
    }
    await libraries.create({ id: 'l', version: 1, lastUpdated, transaction: 't1' });
    const versionsOf = (...versions: readonly number[]) =>
      versions.map((version) => views.keyOf({ id: 'a', version }));
    const ofLibrary = libraries.keyOf({ id: 'l', version: 1 });
    await decisions.decide('t1', 'committed', [...versionsOf(1), ofLibrary]);
    await decisions.decide('t2', 'aborted', versionsOf(2, 2000));
    await decisions.decide('t3', 'aborted');
    const prune = (version: number, ahead: number) =>
      pruneVersions(views, decisions, { id: 'a', version }, Date.now() + ahead);

    await prune(1099, DAY_MS);
    await prune(1100, 0);
    expect(await keysBelow(store, 'default/_definitions/ViewDefinition/')).toHaveLength(1100);
    await prune(1100, DAY_MS);
    const left = await keysBelow(store, 'default/_definitions/ViewDefinition/');
    expect([left.length, left[0]]).toEqual([1000, versionsOf(101)[0]]);
    // Those of the library, and one of which nobody knows the versions, stay.
    expect(await keysBelow(store, 'default/_definitions/_transactions/')).toEqual([
      expect.stringContaining('t1'),
      expect.stringContaining('t3'),
    ]);
    expect(await libraries.read('l', 1)).toBeDefined();
    await libraries.remove('l', [1]);
    await decisions.forget('t1');
    expect(await keysBelow(store, 'default/_definitions/_transactions/')).toHaveLength(1);
  });

  it('a change is made although old versions cannot be removed', async () => {
    const { store, one, over, pass } = setUp();
    await one.update({ ...view, id: 'a' });
    const { objectsOf } = open(store as ReturnType<typeof createMemorySink>);
    for (let version = 2; version < 1100; version += 1)
      await objectsOf('ViewDefinition').create({ id: 'a', version, lastUpdated });
    pass(400 * DAY_MS);
    let refused = 0;
    const api = over({
      ...store,
      async remove() {
        refused += 1;
        throw new Error('the store refuses to remove');
      },
    });
    expect(await api.update({ ...view, id: 'a' })).toMatchObject({ versionId: '1100' });
    expect(refused).toBe(1);
  });
});
