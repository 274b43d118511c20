import { expect, test } from '@jest/globals';
import type { ParameterDeclaration } from '../operations/operation.js';
import { readParameters } from './read-parameters.js';

test('a name that is not declared is told with the names that may be meant, at each level', () => {
  const declared: readonly ParameterDeclaration[] = [
    { name: '_format', type: 'code', min: 0, max: '1', documentation: '' },
    {
      name: 'subject',
      type: 'parts',
      min: 1,
      max: '*',
      documentation: '',
      part: [{ name: 'subjectResource', type: 'Resource', min: 0, max: '1', documentation: '' }],
    },
  ];
  const given = [
    { name: '_formt', valueCode: 'csv' },
    { name: 'subject', part: [{ name: 'viewResource' }] },
    { name: 'subjectResource' },
    { name: 'limit' },
  ];
  expect(readParameters(given, declared, []).faults.map(({ diagnostics }) => diagnostics)).toEqual([
    '"_formt" is not a parameter here; did you mean "_format"?',
    '"viewResource" is not a parameter here; expected one of subjectResource',
    '"subjectResource" is not a parameter here; it is a part of subject',
    '"limit" is not a parameter here; expected one of _format, subject',
  ]);
});
