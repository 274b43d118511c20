import { describe, expect, it } from '@jest/globals';
import { chooseByCanonical, compareVersions } from './canonical-choice.js';
import type { StoredVersion } from './stored-version.js';

const URL = 'http://example.org/ViewDefinition/bp';

function stored(id: string, status: string, version?: string, url = URL): StoredVersion {
  const resource = { resourceType: 'ViewDefinition', url, status, ...(version ? { version } : {}) };
  const content = { resource, json: Buffer.from('') };
  return { id, version: 1, lastUpdated: '2026-01-01T00:00:00.000Z', content };
}

describe('choosing by canonical URL', () => {
  it.each<[string, [string, string?], [string, string?], string]>([
    ['active before draft, even when the draft is higher', ['draft', '3.0'], ['active', '2.0'], 'second'],
    ['the higher of two active ones', ['active', '1.10.0'], ['active', '1.9.0'], 'first'],
    ['the release before its pre-release', ['active', '2.0.0-ballot'], ['active', '2.0.0'], 'second'],
    ['one with a version before one without', ['active'], ['active', '0.1'], 'second'],
    ['a draft before a retired one', ['retired', '9'], ['draft', '1'], 'second'],
  ])('takes %s', (_, first, second, expected) => {
    const candidates = [stored('first', ...first), stored('second', ...second)];
    expect(chooseByCanonical(candidates, { url: URL, version: undefined })?.id).toBe(expected);
  });

  it('takes exactly the version that is named, whatever its status', () => {
    const candidates = [stored('one', 'active', '2.0'), stored('two', 'retired', '1.0')];
    expect(chooseByCanonical(candidates, { url: URL, version: '1.0' })?.id).toBe('two');
    expect(chooseByCanonical(candidates, { url: URL, version: '3.0' })).toBeUndefined();
  });

  it('passes over other URLs and tombstones', () => {
    const { content: _content, ...tombstone } = stored('gone', 'active', '1.0');
    const candidates = [tombstone, stored('other', 'active', '1.0', 'http://example.org/other')];
    expect(chooseByCanonical(candidates, { url: URL, version: undefined })).toBeUndefined();
  });
});

describe('comparing business versions', () => {
  it.each([
    ['1.9', '1.10', -1],
    ['1.0', '1.0.1', -1],
    ['2.0.0-ballot', '2.0.0', -1],
    ['2.0.0-ballot1', '2.0.0-ballot2', -1],
    ['2026-01-09', '2026-01-10', -1],
    ['1.0', '1.0', 0],
    ['', '0.1', -1],
  ])('%j against %j', (one, other, sign) => {
    expect(Math.sign(compareVersions(one, other))).toBe(sign);
    expect(Math.sign(compareVersions(other, one))).toBe(sign === 0 ? 0 : -sign);
  });
});
