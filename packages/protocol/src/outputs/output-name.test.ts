import { describe, expect, test } from '@jest/globals';
import { fileKey, outputNameFault } from './output-name.js';
import { nameOutputs } from './output-names.js';

describe('the name of an output', () => {
  test.each(['bp', 'Blood pressure', 'données_2', '血圧', 'a.b-c', 'a'.repeat(200)])('may be %s', (name) => {
    expect(outputNameFault(name)).toBeUndefined();
  });

  test.each([
    '',
    ' a',
    'a ',
    '.',
    '..',
    '.hidden',
    'a..b',
    'a/b',
    'a\\b',
    'a\u0000',
    'a\tb',
    'a\r\nSet-Cookie: x',
    '\u202ecod.exe',
    'a\ud800',
    'é'.repeat(101),
  ])('may not be %j', (name) => {
    expect(outputNameFault(name)).toContain('the output name');
  });

  test.each([
    ['bp', 'BP'],
    ['a b', 'a_b'],
    ['ﬁle', 'file'],
    ['caf\u00e9', 'cafe\u0301'],
    ['a?', 'a*'],
    ['a', 'a.'],
  ])('%j is the same file as %j', (one, other) => {
    expect(fileKey(one)).toBe(fileKey(other));
  });
});

describe('outputs without a name', () => {
  const unnamed = (expression: string) => ({ expression, supplied: undefined, own: undefined });

  test('get one that no other output has', () => {
    const { names, faults } = nameOutputs(
      [
        unnamed('subject[0]'),
        { expression: 'subject[1]', supplied: 'Output_1', own: 'x' },
        unnamed('subject[2]'),
      ],
      'subject',
    );
    expect(names).toEqual(['output_2', 'Output_1', 'output_3']);
    expect(faults).toEqual([]);
  });
});
