import { describe, expect, it } from '@jest/globals';
import type { Issue } from '@millrace/fhir';
import { createMemorySink } from '@millrace/storage/memory';
import type { ObjectStore } from '@millrace/storage';
import { createDefinitions } from './definitions.js';
import type { Definitions } from './definitions.js';
import { DefinitionRefusedError, VersionMismatchError } from './errors.js';
import { createMemoryDefinitionCache } from './memory-definition-cache.js';

const view = { resourceType: 'ViewDefinition', name: 'patients', resource: 'Patient', status: 'active' };

const fault: Issue = {
  severity: 'error',
  code: 'invalid',
  diagnostics: 'no',
  expression: ['ViewDefinition.select'],
};

const warning: Issue = { ...fault, severity: 'warning' };

/** Two API instances that share the store and the cache, and the means to lose the cache. */
function setUp() {
  const store: ObjectStore = createMemorySink();
  let now = Date.parse('2026-11-20T10:00:00Z');
  const instance = (cache: ReturnType<typeof freshCache>): Definitions =>
    createDefinitions({
      store,
      cache,
      tenant: 'default',
      mostBytes: 10_000,
      now: () => (now += 1000),
      checkView: async ({ select }, handling) => {
        const isRefused = select === 'faulty' || (select === 'doubtful' && handling === 'strict');
        const warnings = select === 'doubtful' && !isRefused ? [warning] : [];
        return { issues: isRefused ? [fault] : [], total: isRefused ? 1 : 0, warnings };
      },
    });
  const freshCache = () => createMemoryDefinitionCache({ completeForMs: 60_000, now: () => now });
  const cache = freshCache();
  return {
    store,
    one: instance(cache),
    other: instance(cache),
    afterCacheLoss: () => instance(freshCache()),
  };
}

/** An instance, and how often it has loaded all definitions. */
async function countingLoads() {
  let loads = 0;
  const cache = createMemoryDefinitionCache({ completeForMs: 60_000, now: Date.now });
  const definitions = createDefinitions({
    store: createMemorySink(),
    cache: {
      ...cache,
      load() {
        loads += 1;
        return cache.load();
      },
    },
    tenant: 'default',
    mostBytes: 10_000,
    now: Date.now,
    checkView: async () => ({ issues: [], total: 0, warnings: [] }),
  });
  await definitions.update('a', { ...view, id: 'a' });
  return { definitions, loads: () => loads };
}

describe('stored definitions', () => {
  it('are loaded once for all callers at the same time, and each sees the versions that were stored before', async () => {
    const { definitions, loads } = await countingLoads();
    await definitions.read('a');
    for (const name of ['one', 'two']) {
      await definitions.update('a', { ...view, id: 'a', name });
      const before = loads();
      const reads = await Promise.all(Array.from({ length: 20 }, () => definitions.read('a')));
      expect(reads).toEqual(
        Array(20).fill({
          kind: 'found',
          definition: expect.objectContaining({ resource: expect.objectContaining({ name }) }),
        }),
      );
      // One to list the store anew, one to load.
      expect(loads() - before).toBeLessThanOrEqual(4);
    }
  });

  it('are one object as long as they do not change', async () => {
    const { definitions } = await countingLoads();
    const reference = { type: 'ViewDefinition', id: 'a' };
    expect(await definitions.byReference(reference)).toBe(await definitions.byReference(reference));
  });

  it('take a limited number of bytes together, tombstones included; a version that is no larger may always be stored', async () => {
    const { one, other } = setUp();
    const large = (id: string, length: number) => ({ ...view, id, description: 'x'.repeat(length) });
    await one.update('a', large('a', 4000));
    await other.update('b', large('b', 4000));
    await expect(one.update('c', large('c', 4000))).rejects.toMatchObject({
      name: 'DefinitionRefusedError',
      status: 422,
      issues: [{ code: 'too-costly' }],
    });
    await expect(other.create(large('', 4000))).rejects.toBeInstanceOf(DefinitionRefusedError);
    await one.update('b', large('b', 3000));
    await one.remove('a');
    await other.update('c', large('c', 4000));
  });

  it('a created definition is read by every instance, with its id and version', async () => {
    const { one, other } = setUp();
    const { definition } = await one.create({ ...view, id: 'chosen-by-client' });
    const { id, versionId, resource } = definition;
    expect(versionId).toBe('1');
    expect(resource).toEqual({
      ...view,
      id,
      meta: { versionId: '1', lastUpdated: '2026-11-20T10:00:01.000Z' },
    });
    expect(id).not.toBe('chosen-by-client');
    expect(await other.read(id)).toMatchObject({ kind: 'found', definition: { resource } });
  });

  it('an update is seen at once by an instance that has read before', async () => {
    const { one, other } = setUp();
    await one.update('bp', { ...view, id: 'bp' });
    await other.read('bp');
    await one.update('bp', { ...view, id: 'bp', name: 'renamed' });
    expect(await other.read('bp')).toMatchObject({
      kind: 'found',
      definition: { versionId: '2', resource: { name: 'renamed' } },
    });
  });

  it('a likely mistake is refused, unless the client asks for lenient handling; then it is a warning', async () => {
    const { one } = setUp();
    const doubtful = { ...view, id: 'bp', select: 'doubtful' };
    await expect(one.create(doubtful)).rejects.toMatchObject({ status: 422, issues: [fault] });
    await expect(one.update('bp', doubtful)).rejects.toMatchObject({ status: 422, issues: [fault] });
    expect((await one.create(doubtful, 'lenient')).warnings).toEqual([warning]);
    expect((await one.update('bp', doubtful, undefined, 'lenient')).warnings).toEqual([warning]);
    expect(await one.read('bp')).toMatchObject({ kind: 'found' });
  });

  it('a definition that does not exist is created by an update', async () => {
    const { one } = setUp();
    expect((await one.update('bp', { ...view, id: 'bp' })).outcome).toBe('created');
    expect((await one.update('bp', { ...view, id: 'bp' })).outcome).toBe('updated');
  });

  it('all survives the loss of the cache', async () => {
    const { one, afterCacheLoss } = setUp();
    await one.update('kept', { ...view, id: 'kept' });
    await one.update('kept', { ...view, id: 'kept', name: 'latest' });
    await one.update('gone', { ...view, id: 'gone' });
    await one.remove('gone');
    const rebuilt = afterCacheLoss();
    expect(await rebuilt.read('kept')).toMatchObject({
      definition: { versionId: '2', resource: { name: 'latest' } },
    });
    expect(await rebuilt.read('gone')).toMatchObject({ kind: 'deleted', versionId: '2' });
    expect((await rebuilt.search({})).map(({ id }) => id)).toEqual(['kept']);
  });

  it('a version that another writer stored and did not announce in the cache is found on the next write', async () => {
    const { one, afterCacheLoss } = setUp();
    await one.update('bp', { ...view, id: 'bp' });
    await afterCacheLoss().update('bp', { ...view, id: 'bp', name: 'second' });
    expect((await one.update('bp', { ...view, id: 'bp', name: 'third' })).definition.versionId).toBe('3');
  });

  it('racing writers each get a version of their own', async () => {
    const { one, other } = setUp();
    const updates = [one, other, one, other].map((instance, index) =>
      instance.update('bp', { ...view, id: 'bp', name: `writer${index}` }),
    );
    const versions = (await Promise.all(updates)).map(({ definition }) => definition.versionId);
    expect(versions.sort()).toEqual(['1', '2', '3', '4']);
  });

  it('of writers that expect the same version exactly one wins', async () => {
    const { one, other } = setUp();
    await one.update('bp', { ...view, id: 'bp' });
    const updates = [one, other, one].map((instance) => instance.update('bp', { ...view, id: 'bp' }, '1'));
    const results = await Promise.allSettled(updates);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(VersionMismatchError);
    }
  });

  it('a deletion leaves a tombstone and can be repeated', async () => {
    const { one, other } = setUp();
    await one.update('bp', { ...view, id: 'bp' });
    expect(await other.remove('bp')).toBe('2');
    expect(await one.remove('bp')).toBeUndefined();
    expect(await one.remove('never-there')).toBeUndefined();
    expect(await one.read('bp')).toMatchObject({ kind: 'deleted' });
    expect(await one.byReference({ type: 'ViewDefinition', id: 'bp' })).toBeUndefined();
  });

  it('a deleted definition comes back with a version of its own', async () => {
    const { one } = setUp();
    await one.update('bp', { ...view, id: 'bp' });
    await one.remove('bp');
    const { definition, outcome } = await one.update('bp', { ...view, id: 'bp' });
    expect([definition.versionId, outcome]).toEqual(['3', 'created']);
  });

  it('deleting another version than expected is refused', async () => {
    const { one } = setUp();
    await one.update('bp', { ...view, id: 'bp' });
    await expect(one.remove('bp', '7')).rejects.toThrow('is at version 1, but version 7 was expected');
  });
});

describe('refusals', () => {
  it.each([
    ['another resource', { resourceType: 'Patient', id: 'bp' }, 'bp', 400],
    ['no resource', [1], 'bp', 400],
    ['another id than in the address', { ...view, id: 'other' }, 'bp', 400],
    ['no id', view, 'bp', 400],
    ['an id that is not one', { ...view, id: '../up' }, '../up', 400],
    ['a folder as id', { ...view, id: '..' }, '..', 400],
    ['a malformed element', { ...view, id: 'bp', url: 7 }, 'bp', 422],
    ['a view that does not compile', { ...view, id: 'bp', select: 'faulty' }, 'bp', 422],
  ])('%s, and nothing is stored', async (_, body, id, status) => {
    const { one } = setUp();
    const refusal = await one.update(id, body).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DefinitionRefusedError);
    expect(refusal).toMatchObject({ status });
    expect(await one.search({})).toEqual([]);
  });
});

describe('searching', () => {
  it.each([
    ['every definition', {}, ['a', 'b', 'c']],
    ['one id', { _id: ['b'] }, ['b']],
    ['any of two ids', { _id: ['a', 'c'] }, ['a', 'c']],
    ['the start of a name in any case', { name: ['BLOOD'] }, ['a', 'b']],
    ['a URL with a version', { url: ['http://x.org/bp'], version: ['2'] }, ['b']],
    ['status and resource type', { status: ['active'], resource: ['Patient'] }, ['c']],
    ['nothing that is not there', { url: ['http://x.org/none'] }, []],
  ])('finds %s', async (_, query, expected) => {
    const { one } = setUp();
    const store = (id: string, more: object) =>
      one.update(id, { resourceType: 'ViewDefinition', id, ...more });
    const bp = { url: 'http://x.org/bp', name: 'bloodPressure', resource: 'Observation' };
    await store('a', { ...bp, version: '1', status: 'active' });
    await store('b', { ...bp, version: '2', status: 'draft' });
    await store('c', { name: 'patients', resource: 'Patient', status: 'active' });
    expect((await one.search(query)).map(({ id }) => id)).toEqual(expected);
  });
});
