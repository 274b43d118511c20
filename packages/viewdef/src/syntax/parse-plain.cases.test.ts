import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseByGrammar } from './parse-fhirpath.js';
import { parsePlain } from './parse-plain.js';

const keywords = (
  'and or xor implies div mod is as in contains true false sort asc desc ' +
  'year months week days hour minutes second milliseconds'
).split(' ');
const binary = '* / div mod + - & | <= < >= > = ~ != !~ in contains and or xor implies'.split(' ');
const names = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
    fc.constantFrom('id', 'Patient', 'value', '_birthDate', 'a1', 'constructor', '__proto__', 'True', 'ands'),
  )
  .filter((name) => !keywords.includes(name));
const strings = fc.constantFrom("''", "'a'", "'it\\'s'", "'a b.c'", "'\\u00e4\\\\'", "'`\"'", "'//'", "'ä'");
const numbers = fc.constantFrom('0', '7', '007', '1.50', '0012.5');

/** Texts that are plain, with every pair of operators side by side. */
const { expression } = fc.letrec<Record<'expression' | 'term' | 'path', string>>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    tie('path'),
    fc.tuple(tie('path'), fc.constantFrom(...binary), tie('expression')).map((parts) => parts.join(' ')),
    fc.tuple(fc.constantFrom('-', '+'), tie('expression')).map((parts) => parts.join('')),
    fc
      .tuple(tie('path'), fc.constantFrom('is', 'as'), names, fc.constantFrom(...binary), tie('path'))
      .map((parts) => parts.join(' ')),
  ),
  path: fc
    .tuple(
      tie('term'),
      fc.array(
        fc.oneof(
          { maxDepth: 3, depthIdentifier: 'expression' },
          names.map((name) => `.${name}`),
          fc.tuple(names, tie('expression')).map(([name, arg]) => `.${name}(${arg})`),
          fc
            .tuple(names, tie('expression'), names)
            .map(([name, ...args]) => `.${name}( ${args.join(' , ')})`),
          fc.constantFrom('.exists()', ".contains('a')", '.is(Patient)', '.as( FHIR.Quantity )', '[0]'),
        ),
        { maxLength: 3 },
      ),
    )
    .map(([first, rest]) => first + rest.join('')),
  term: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'expression' },
    names,
    strings,
    numbers,
    fc.constantFrom('$this', 'true', 'false', '%limit', 'first()'),
    tie('expression').map((inside) => `(${inside})`),
  ),
}));

test('plain expressions have the tree that the grammar gives them', () => {
  fc.assert(
    fc.property(expression, (text) => {
      const tree = parsePlain(text);
      expect(tree).toBeDefined();
      expect(tree).toEqual(parseByGrammar(text));
    }),
    { numRuns: 1_500 },
  );
});

test('what is not plain, right or wrong, is left to the grammar: no tree differs from its', () => {
  const token = fc.oneof(
    names,
    strings,
    numbers,
    fc.constantFrom(...keywords, ...binary),
    fc.constantFrom(
      '.',
      '(',
      ')',
      '[',
      ']',
      ',',
      '{}',
      '{',
      '}',
      '$this',
      '$index',
      '%x',
      '`a`',
      '//',
      '/*',
      '*/',
    ),
    fc.constantFrom('@2020', '1L', '5mg', "5 'mg'", '%', '!', '\n', '\u00a0', "'", '\\', 'sort()'),
  );
  const texts = fc
    .array(fc.tuple(token, fc.constantFrom('', ' ')), { maxLength: 9 })
    .map((list) => list.flat().join(''));
  fc.assert(
    fc.property(texts, (text) => {
      const tree = parsePlain(text);
      if (tree !== undefined) expect(tree).toEqual(parseByGrammar(text));
    }),
    { numRuns: 4_000 },
  );
});

const refused = [
  [
    '',
    'a..b',
    'a.',
    '.a',
    '1a',
    'a.1',
    '`a`',
    'ä',
    "'a",
    '%',
    "%'a'",
    '@2020-01-01',
    '5 days',
    "5 'mg'",
    '{}',
  ],
  ['$index', 'a b', 'a as B.c()', 'a // b', 'a /* b */', 'f(,)', 'f(a', '(a', 'a]', "'\\x'", '7L', 'a\u00a0'],
  keywords.filter((keyword) => keyword !== 'true' && keyword !== 'false'),
  keywords.map((keyword) => `a.${keyword}`),
].flat();

test.each(refused)('"%s" is not plain', (text) => {
  expect(parsePlain(text)).toBeUndefined();
});

test('deep nesting is left to the grammar, however deep', () => {
  expect(parsePlain(`${'('.repeat(40)}a${')'.repeat(40)}`)).toEqual({ kind: 'member', name: 'a' });
  expect(parsePlain(`${'('.repeat(100_000)}a`)).toBeUndefined();
  expect(parsePlain('-'.repeat(100_000))).toBeUndefined();
  expect(parsePlain(`a${'.a'.repeat(10_000)}`)).toBeDefined();
});

const folder = process.env['PUBLIC_VIEWS'] ?? '../shared/data/public-views';
const testWithViews = existsSync(folder) ? test : test.skip;

testWithViews('nearly every path of public views is plain, and none has another tree', () => {
  const paths = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => [...pathsIn(JSON.parse(readFileSync(join(folder, file), 'utf8')))]);
  const plain = paths.filter((path) => parsePlain(path) !== undefined);
  for (const path of plain) expect(parsePlain(path)).toEqual(parseByGrammar(path));
  process.stdout.write(`${String(plain.length)} of ${String(paths.length)} public paths are plain\n`);
  expect(plain.length / paths.length).toBeGreaterThan(0.95);
});

/** Values of `path`, `forEach` and the like, anywhere in a view. */
function* pathsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (['path', 'forEach', 'forEachOrNull'].includes(name) && typeof member === 'string') yield member;
    else yield* pathsIn(member);
  }
}
