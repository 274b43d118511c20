import { describe, expect, it } from '@jest/globals';
import type { Criterion } from './search.js';
import { by, library, setUp, view } from './testing/two-instances.js';

describe('a condition', () => {
  it('creates where nothing matches, and finds what does', async () => {
    const { one, other } = setUp();
    const condition = [by('url', 'http://x.org/lib')];
    const first = await one.create(library, condition);
    expect(first.outcome).toBe('created');
    expect(await other.create({ ...library, title: 'other' }, condition)).toMatchObject({
      outcome: 'found',
      id: first.id,
      versionId: '1',
    });
  });

  it('creates once, however many equal requests there are at once, also over what was deleted', async () => {
    const { one, other } = setUp();
    const condition = [by('url', 'http://x.org/lib'), by('version', '1')];
    const all = () =>
      Promise.all([one, other, one, other].map((api) => api.create({ ...library, version: '1' }, condition)));
    const first = await all();
    expect(first.map(({ outcome }) => outcome).sort()).toEqual(['created', 'found', 'found', 'found']);
    expect(new Set(first.map(({ id }) => id)).size).toBe(1);
    await one.remove(first[0]?.id ?? '', 'Library');
    const second = await all();
    expect(second.map(({ outcome }) => outcome).sort()).toEqual(['created', 'found', 'found', 'found']);
    expect(await one.find(condition, 'Library')).toHaveLength(1);
  });

  it('by a URL with its version finds that version, and creates no second one', async () => {
    const { one } = setUp();
    const { id } = await one.create({ ...library, version: '1' });
    const versioned = [by('url', 'http://x.org/lib|1')];
    expect(await one.create({ ...library, version: '1' }, versioned)).toMatchObject({ outcome: 'found', id });
    expect(await one.find([by('url', 'http://x.org/lib|')], 'Library')).toEqual([id]);
    expect(await one.find([by('url', 'http://x.org/lib|2', 'http://x.org|1')], 'Library')).toEqual([]);
  });

  it('that names an id creates under it', async () => {
    const { one } = setUp();
    expect(await one.updateWhere([by('_id', 'named')], view)).toMatchObject({
      outcome: 'created',
      id: 'named',
    });
    expect(await one.updateWhere([by('_id', 'named')], view)).toMatchObject({
      outcome: 'updated',
      id: 'named',
    });
  });

  it('updates what matches, creates otherwise, and refuses what it cannot decide', async () => {
    const { one } = setUp();
    const condition = [by('name', 'patients')];
    const { id } = await one.updateWhere(condition, view);
    expect(await one.updateWhere(condition, { ...view, title: 'new' })).toMatchObject({
      outcome: 'updated',
      id,
      versionId: '2',
    });
    await expect(one.updateWhere(condition, { ...view, id: 'another' })).rejects.toMatchObject({
      status: 400,
    });
    await one.update({ ...view, id: 'second' });
    await expect(one.updateWhere(condition, view)).rejects.toMatchObject({
      status: 412,
      issues: [expect.objectContaining({ code: 'multiple-matches' })],
    });
    await expect(one.create(view, condition)).rejects.toMatchObject({ status: 412 });
    const none = [by('name', 'none')];
    await expect(one.updateWhere(none, { ...view, id: 'second' })).rejects.toMatchObject({ status: 409 });
    expect(await one.updateWhere(none, { ...view, id: 'third' })).toMatchObject({
      outcome: 'created',
      id: 'third',
    });
  });
});

describe('a search', () => {
  it.each<[string, Criterion, string[]]>([
    ['by token', by('status', 'draft', 'retired'), ['a']],
    ['by another token', { ...by('status', 'draft'), modifier: 'not' }, ['b', 'c']],
    ['by the start of a name, in any case', by('name', 'DÉ'), ['a']],
    ['by a whole title', { ...by('title', 'Hello World'), modifier: 'exact' }, ['b']],
    ['by a whole title in another case', { ...by('title', 'hello world'), modifier: 'exact' }, []],
    ['by what is missing', { ...by('title', 'true'), modifier: 'missing' }, ['a', 'c']],
    ['by an identifier with its system', by('identifier', 'http://s|7'), ['b']],
    ['by an identifier of any system', by('identifier', '7'), ['b', 'c']],
    ['by an identifier without a system', by('identifier', '|7'), ['c']],
    ['by the time of the last change', by('_lastUpdated', 'gt2026-11-20'), []],
    ['by a time from then on', by('_lastUpdated', 'ge2026-11-20'), ['a', 'b', 'c']],
  ])('%s', async (_, criterion, expected) => {
    const { one } = setUp();
    await one.update({ ...view, id: 'a', status: 'draft', name: 'Demo' });
    await one.update({
      ...view,
      id: 'b',
      title: 'Hello World',
      identifier: [{ system: 'http://s', value: '7' }],
    });
    await one.update({ ...view, id: 'c', identifier: { value: '7' } });
    expect(await one.find([criterion])).toEqual(expected);
  });

  it('comes in pages', async () => {
    const { one } = setUp();
    for (const id of ['c', 'a', 'b']) await one.update({ ...view, id });
    const first = await one.search('ViewDefinition', { criteria: [], count: 2 });
    expect(first).toMatchObject({ total: 3, hasMore: true });
    const rest = await one.search('ViewDefinition', { criteria: [], count: 2, after: 'b' });
    expect(rest).toMatchObject({ total: 3, hasMore: false, definitions: [{ id: 'c' }] });
  });
});

describe('a canonical', () => {
  it('names a ViewDefinition or Library before a ValueSet, and none of several versions of one', async () => {
    const { one } = setUp();
    const url = 'http://x.org/c';
    await one.create({ resourceType: 'ValueSet', url, version: '1' });
    const any = { url, version: undefined };
    expect(await one.byCanonical(any)).toMatchObject({ resourceType: 'ValueSet' });
    await one.create({ resourceType: 'ValueSet', url, version: '2' });
    expect(await one.byCanonical(any)).toBeUndefined();
    expect(await one.versionsOf(url)).toEqual(['1', '2']);
    expect(await one.byCanonical({ url, version: '2' })).toMatchObject({ version: '2' });
    await one.create({ ...library, url });
    expect(await one.byCanonical(any)).toMatchObject({ resourceType: 'Library' });
  });
});
