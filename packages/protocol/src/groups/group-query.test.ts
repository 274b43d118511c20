import { describe, expect, it } from '@jest/globals';
import { readGroupSearch } from './group-query.js';

describe('a search for groups', () => {
  it('finds all of the default source without a query', () => {
    expect(readGroupSearch('')).toEqual({ source: undefined, where: undefined });
    expect(readGroupSearch('?_format=json&_pretty=true')).toEqual({ source: undefined, where: undefined });
  });

  it('is by the parameters of R4, by the start of the name, and in a source', () => {
    const { source, where } = readGroupSearch('?_id=g&name=O%27Neill,b&source=other');
    expect(source).toBe('other');
    expect(where).toHaveLength(1);
    expect(where?.[0]).toContain(
      String.raw`name.lower().startsWith('o\'neill') or name.lower().startsWith('b')`,
    );
  });

  it.each([
    ['?foo=bar', 'foo'],
    ['?_count=3', '_count'],
    ['?name=', 'name'],
    ['?_id=%', 'no FHIR search'],
    [`?_id=${'x'.repeat(9_000)}`, 'characters'],
  ])('is refused for %s', (query, why) => {
    expect(() => readGroupSearch(query)).toThrow(why);
  });
});
