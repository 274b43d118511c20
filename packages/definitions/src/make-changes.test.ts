import { describe, expect, it } from '@jest/globals';
import type { Change } from './change.js';
import { EntryFailedError, VersionMismatchError } from './errors.js';
import { library, setUp, view } from './testing/two-instances.js';

describe('changes that belong together', () => {
  async function creation(api: ReturnType<typeof setUp>['one'], resource: object): Promise<Change> {
    return { kind: 'create', given: await api.check(resource) };
  }

  it('are all made, and name each other by the ids that they got', async () => {
    const { one, other } = setUp();
    const changes = [
      await creation(one, { ...view, id: 'ignored' }),
      await creation(one, {
        ...library,
        subjectReference: { reference: 'urn:uuid:v#f' },
        note: 'urn:uuid:w',
      }),
    ];
    const [first, second] = await one.changeTogether({
      changes,
      references: new Map([['urn:uuid:v', 0]]),
    });
    expect((await other.read('ViewDefinition', first?.id ?? '')).kind).toBe('found');
    expect(await other.read('Library', second?.id ?? '')).toMatchObject({
      definition: {
        resource: { subjectReference: { reference: `ViewDefinition/${first?.id}#f` }, note: 'urn:uuid:w' },
      },
    });
  });

  it('are none of them made where one cannot be', async () => {
    const { one } = setUp();
    await one.update({ ...view, id: 'b' });
    const given = await one.check({ ...view, id: 'b' });
    const changes = [
      await creation(one, library),
      { kind: 'update', at: { id: 'b' }, given, ifMatch: '7' } as const,
    ];
    const failure = await one
      .changeTogether({ changes, references: new Map() })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EntryFailedError);
    expect(failure).toMatchObject({ entry: 1, cause: expect.any(VersionMismatchError) });
    expect(await one.find([], 'Library')).toEqual([]);
    expect((await one.read('ViewDefinition', 'b')).kind).toBe('found');
  });

  it('name one definition once', async () => {
    const { one } = setUp();
    const given = await one.check({ ...view, id: 'b' });
    const changes = [
      { kind: 'update', at: { id: 'b' }, given },
      { kind: 'delete', type: 'ViewDefinition', id: 'b' },
    ] as const;
    await expect(
      one.changeTogether({ changes: [changes[0], changes[0]], references: new Map() }),
    ).rejects.toMatchObject({ entry: 1, cause: { status: 400 } });
    await one.update({ ...view, id: 'b' });
    await expect(one.changeTogether({ changes, references: new Map() })).rejects.toMatchObject({
      cause: { status: 400 },
    });
  });

  it('do not count while the writer has not come to its end, nor after its death', async () => {
    const { store, one, over, pass, afterCacheLoss } = setUp();
    await one.update({ ...view, id: 'a', title: 'before' });
    // The process dies before it decides.
    const dying = over({
      ...store,
      createIfAbsent: (key, body) =>
        key.includes('_transactions') ? Promise.reject(new Error('died')) : store.createIfAbsent(key, body),
    });
    const changes = [
      await creation(dying, library),
      {
        kind: 'update',
        at: { id: 'a' },
        given: await dying.check({ ...view, id: 'a', title: 'half' }),
      } as const,
    ];
    await expect(dying.changeTogether({ changes, references: new Map() })).rejects.toThrow('died');
    const fresh = afterCacheLoss();
    expect(await fresh.find([], 'Library')).toEqual([]);
    expect(await fresh.read('ViewDefinition', 'a')).toMatchObject({ definition: { versionId: '1' } });
    expect((await fresh.readVersion('ViewDefinition', 'a', '2')).kind).toBe('absent');
    pass(120_000);
    expect(await fresh.update({ ...view, id: 'a', title: 'after' })).toMatchObject({ versionId: '3' });
    expect(await afterCacheLoss().find([], 'Library')).toEqual([]);
  });
});

it('of many changes of one definition at once all are made, each with a version of its own', async () => {
  const { one, other } = setUp();
  const changes = Array.from({ length: 24 }, (_, n) =>
    (n % 2 === 0 ? one : other).update({ ...view, id: 'a', title: String(n) }),
  );
  const versions = (await Promise.all(changes)).map(({ versionId }) => Number(versionId));
  expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, n) => n + 1));
});
