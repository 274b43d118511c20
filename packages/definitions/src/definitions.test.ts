import { describe, expect, it } from '@jest/globals';
import { DefinitionRefusedError, VersionMismatchError } from './errors.js';
import { by, fault, given, library, setUp, view, warning } from './testing/two-instances.js';

describe('stored definitions', () => {
  it('get an id and a version that every instance reads', async () => {
    const { one, other } = setUp();
    const { id } = await one.create(view);
    const read = await other.read('ViewDefinition', id);
    expect(read).toMatchObject({
      kind: 'found',
      definition: { versionId: '1', resource: { ...view, id, meta: { versionId: '1' } } },
    });
  });

  it('of two types may have one id', async () => {
    const { one, other } = setUp();
    await one.update({ ...view, id: 'a' });
    await one.update({ ...library, id: 'a' });
    await other.remove('a');
    expect((await other.read('ViewDefinition', 'a')).kind).toBe('deleted');
    expect((await other.read('Library', 'a')).kind).toBe('found');
  });

  it('come back as they were written, character by character, but for id and meta', async () => {
    const { one, afterCacheLoss } = setUp();
    const elements = String.raw`"resourceType":"Library", "2":1.50,"1":1e400,"__proto__":{"x":[0]},"ä":"\u00e9\/\ud800"`;
    const { id } = await one.create(`{${elements},"meta":{"profile":["http://x.org/p"]},"unknown":{ }}`);
    const read = await afterCacheLoss().read('Library', id);
    if (read.kind !== 'found') throw new Error('it is not there');
    const text = read.definition.json.toString();
    const meta = `"meta":${JSON.stringify(read.definition.resource['meta'])}`;
    expect(text.replace(meta, '"meta":0').replace(`,"id":"${id}"`, '')).toBe(
      `{${elements},"meta":0,"unknown":{ }}`,
    );
    expect(read.definition.resource['meta']).toMatchObject({ profile: ['http://x.org/p'], versionId: '1' });
  });

  it('of an earlier version of this server are read, with the digits of their constants', async () => {
    const { store, one } = setUp();
    const constant = [{ name: 'c', valueDecimal: '1.50' }];
    const resource = { resourceType: 'ViewDefinition', id: 'x', meta: { tag: [] }, constant };
    const body = {
      schemaVersion: 1,
      id: 'old',
      version: 3,
      lastUpdated: '2026-01-01T00:00:00.000Z',
      resource,
    };
    const key = 'default/_definitions/ViewDefinition/old/0000000003.json';
    await store.createIfAbsent(key, Buffer.from(JSON.stringify(body)));
    const read = await one.read('ViewDefinition', 'old');
    if (read.kind !== 'found') throw new Error('it is not there');
    expect(read.definition.json.toString()).toBe(
      '{"resourceType":"ViewDefinition","id":"old","meta":{"tag":[],"versionId":"3","lastUpdated":"2026-01-01T00:00:00.000Z"},"constant":[{"name":"c","valueDecimal":1.50}]}',
    );
    expect((await one.update({ ...view, id: 'old' })).versionId).toBe('4');
  });

  it('of a guide before the ballot are taken, and are ViewDefinitions', async () => {
    const { one } = setUp();
    const legacy = {
      resourceType: 'https://sql-on-fhir.org/ig/StructureDefinition/ViewDefinition',
      identifier: { value: '7' },
    };
    const checked = await one.checkAs('ViewDefinition', given({ ...view, ...legacy }));
    const { id } = await one.change({ kind: 'create', given: checked });
    expect(await one.read('ViewDefinition', id)).toMatchObject({
      definition: { resource: { resourceType: 'ViewDefinition' } },
    });
    expect(await one.find([by('identifier', '7')])).toEqual([id]);
  });

  it('are gone after a deletion, in every instance, and come back as another version', async () => {
    const { one, other } = setUp();
    await one.update({ ...view, id: 'a' });
    expect((await other.remove('a')).outcome).toBe('deleted');
    expect((await one.read('ViewDefinition', 'a')).kind).toBe('deleted');
    expect((await one.remove('a')).outcome).toBe('absent');
    expect(await one.update({ ...view, id: 'a' })).toMatchObject({ outcome: 'created', versionId: '3' });
  });

  it('outlive the loss of the cache', async () => {
    const { one, afterCacheLoss } = setUp();
    await one.update({ ...view, id: 'a' });
    await one.update({ ...view, id: 'a', name: 'second' });
    const read = await afterCacheLoss().read('ViewDefinition', 'a');
    expect(read).toMatchObject({
      kind: 'found',
      definition: { versionId: '2', resource: { name: 'second' } },
    });
  });

  it('are changed only from the version that was seen', async () => {
    const { one, other } = setUp();
    await one.update({ ...view, id: 'a' });
    await one.update({ ...view, id: 'a' }, '1');
    await expect(other.update({ ...view, id: 'a' }, '1')).rejects.toThrow(VersionMismatchError);
    await expect(other.update({ ...view, id: 'b' }, '1')).rejects.toThrow(VersionMismatchError);
  });

  it('get one version for each of many writers at once', async () => {
    const { one, other } = setUp();
    const writers = [one, other, one, other, one];
    const made = await Promise.all(writers.map((writer) => writer.update({ ...view, id: 'a' })));
    expect(made.map(({ versionId }) => versionId).sort()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('are refused with the faults that the checks find, and doubtful ones with strict handling', async () => {
    const { one } = setUp();
    await expect(one.update({ ...view, id: 'a', select: 'faulty' })).rejects.toMatchObject({
      status: 422,
      issues: [fault],
    });
    await expect(one.update({ ...view, id: 'a', select: 'doubtful' })).rejects.toThrow(
      DefinitionRefusedError,
    );
    const { warnings } = await one.update({ ...view, id: 'a', select: 'doubtful' }, undefined, 'lenient');
    expect(warnings).toEqual([warning]);
  });

  it.each<[object, number, string]>([
    [{ ...view, url: 'http://x.org/a|1' }, 422, 'ViewDefinition.url must be'],
    [{ ...view, url: 7 }, 422, 'ViewDefinition.url is number; string expected'],
    [{ ...view, meta: [] }, 422, 'ViewDefinition.meta'],
  ])('%j is refused', async (resource, status, message) => {
    const { one } = setUp();
    const refusal = await one.create(resource).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status, message: expect.stringContaining(message) });
  });

  it('are refused where all together would be larger than there is room for', async () => {
    const { one } = setUp();
    await one.update({ ...view, id: 'a', description: 'x'.repeat(6_000) });
    await expect(one.update({ ...library, id: 'b', description: 'x'.repeat(6_000) })).rejects.toMatchObject({
      status: 422,
      issues: [expect.objectContaining({ code: 'too-costly' })],
    });
    await one.update({ ...view, id: 'a', description: 'x'.repeat(5_000) });
  });
});

describe('versions', () => {
  it('are told one by one and as a history, the latest first', async () => {
    const { one, other } = setUp();
    await one.update({ ...view, id: 'a', title: 'one' });
    await one.update({ ...view, id: 'a', title: 'two' });
    await one.remove('a');
    expect(await other.readVersion('ViewDefinition', 'a', '1')).toMatchObject({
      kind: 'found',
      definition: { resource: { title: 'one' } },
    });
    expect((await other.readVersion('ViewDefinition', 'a', '3')).kind).toBe('deleted');
    expect((await other.readVersion('ViewDefinition', 'a', '4')).kind).toBe('absent');
    const page = { count: 2, after: undefined, since: undefined };
    const first = await other.history('ViewDefinition', 'a', page);
    expect(
      first?.entries.map(({ versionId, definition }) => [versionId, definition?.resource['title']]),
    ).toEqual([
      ['3', undefined],
      ['2', 'two'],
    ]);
    const rest = await other.history('ViewDefinition', 'a', { ...page, after: first?.next });
    expect(rest?.entries.map(({ versionId }) => versionId)).toEqual(['1']);
    expect(rest?.next).toBeUndefined();
    expect(await other.history('ViewDefinition', 'none', page)).toBeUndefined();
  });

  it('of all definitions of a type have one history', async () => {
    const { one } = setUp();
    for (const id of ['a', 'b', 'a']) await one.update({ ...view, id });
    const seen: string[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await one.history('ViewDefinition', undefined, { count: 2, after, since: undefined });
      seen.push(...(page?.entries ?? []).map(({ id, versionId }) => `${id}@${versionId}`));
      after = page?.next;
      more = after !== undefined;
    }
    expect(seen.sort()).toEqual(['a@1', 'a@2', 'b@1']);
  });
});
