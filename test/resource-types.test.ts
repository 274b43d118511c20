import { describe, expect, test } from '@jest/globals';
import { isResourceType } from '@millrace/storage';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import r5 from 'fhirpath/fhir-context/r5/index.js';

/** Types that others are of; nothing is a CanonicalResource only. */
const ABSTRACT = ['CanonicalResource', 'DomainResource', 'MetadataResource'];

describe.each([
  ['R4', r4],
  ['R5', r5],
])('the names of files', (version, { type2Parent }) => {
  test(`may have each resource type of ${version}`, () => {
    const types = Object.keys(type2Parent).filter((type) => isResource(type) && !ABSTRACT.includes(type));
    expect(types.length).toBeGreaterThan(140);
    expect(types.filter((type) => !isResourceType(type))).toEqual([]);
  });

  function isResource(type: string): boolean {
    const parent = (type2Parent as Readonly<Record<string, string>>)[type];
    return parent === 'Resource' || (parent !== undefined && isResource(parent));
  }
});
