import { expect, test } from '@jest/globals';
import { basesOfSources } from './source-bases.js';

const BASE = 'https://ehr.example/fhir';
const OTHER = 'https://old.example';

test('a base without a name is of the only source', () => {
  expect(basesOfSources(['main'], [{ source: undefined, base: BASE }])).toEqual(new Map([['main', [BASE]]]));
});

test('each source has the bases that are declared for it, once each, or none', () => {
  const declared = [BASE, OTHER, BASE].map((base) => ({ source: 'north', base }));
  expect(basesOfSources(['north', 'south'], declared)).toEqual(
    new Map([
      ['north', [BASE, OTHER]],
      ['south', []],
    ]),
  );
});

test('a base that could be of several sources, and one of a source that there is not, are refused', () => {
  const both = [
    { source: undefined, base: BASE },
    { source: 'nroth', base: OTHER },
  ];
  expect(() => basesOfSources(['north', 'south'], both)).toThrow(
    /NAME=https:\/\/ehr.example\/fhir.*"nroth"; the sources are "north", "south"/s,
  );
});
