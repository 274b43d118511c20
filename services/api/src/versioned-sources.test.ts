import { expect, test } from '@jest/globals';
import { versionedSources } from './versioned-sources.js';

test('a source that is not there is refused with those that are', () => {
  expect(() => versionedSources(['default', 'north'], ['south'])).toThrow(
    'VERSIONED_SOURCES must name sources in MILLRACE_DATA, not "south"; the sources are "default", "north"',
  );
});

test('sources have one version of each resource unless they are named', () => {
  expect([...versionedSources(['default', 'north'], [])]).toEqual([]);
  expect([...versionedSources(['default', 'north'], ['north'])]).toEqual(['north']);
});
