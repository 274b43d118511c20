import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NumberText } from '../cell.js';
import { compileView } from '../compile-view.js';
import { readConstants } from '../definition/constants.js';
import { readDefinition } from '../definition/read-definition.js';
import { ViewDefinitionError } from '../errors.js';
import { planView } from '../ir/plan-view.js';
import { fhirModel } from '../model/fhir-model.js';
import { generateEvaluator } from './evaluator.js';

const canary = 'millraceCanary';

afterEach(() => {
  Reflect.deleteProperty(globalThis, canary);
});

const payloads = [
  `globalThis.${canary}=1`,
  `";globalThis.${canary}=1;//`,
  `\`;globalThis.${canary}=1;//`,
  `\${globalThis.${canary}=1}`,
  `');globalThis.${canary}=1;('`,
  `\\");globalThis.${canary}=1;(\\"`,
  `]};globalThis.${canary}=1;({a:[`,
  `*/globalThis.${canary}=1/*`,
  `\u2028globalThis.${canary}=1\u2029`,
  `\n}globalThis.${canary}=1;{\r`,
  `constructor.constructor("globalThis.${canary}=1")()`,
  '__proto__',
  'constructor',
  '</script>',
  '\ud800',
];

const hostile = fc.oneof(
  fc.constantFrom(...payloads),
  fc.string({ unit: 'binary' }),
  fc.tuple(fc.string(), fc.constantFrom(...payloads), fc.string()).map((parts) => parts.join('')),
);

const escaped = (text: string, quoteMark: string): string =>
  text
    .replace(/[\\'`]/g, '\\$&')
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 500)
    .replace(/^/, quoteMark) + quoteMark;

/** Every place where a view can put text of its own. */
const view = fc
  .record({
    member: hostile,
    literal: hostile,
    constant: hostile,
    type: hostile,
    tag: hostile,
    name: hostile,
    url: hostile,
    separator: hostile,
    constantName: hostile,
    columnName: hostile,
    reference: hostile,
    resource: hostile,
    number: fc.oneof(
      fc.double(),
      fc.constantFrom('1', '1.10', '1e5', '-0', '1;globalThis.millraceCanary=1', '9'.repeat(30)),
    ),
  })
  .chain((texts) =>
    fc.constantFrom('paths', 'names', 'resource', 'reference').map((where) => {
      const member = escaped(texts.member, '`');
      const literal = escaped(texts.literal, "'");
      const columns = [
        { name: 'member', path: `${member}.${member}` },
        { name: 'literal', path: literal, type: texts.type, tag: [{ name: 'ansi/type', value: texts.tag }] },
        { name: 'equal', path: `name.where(family = ${literal} or use = %text).exists()` },
        { name: 'url', path: `extension(${escaped(texts.url, "'")}).value.ofType(string)` },
        { name: 'joined', path: `name.given.join(${escaped(texts.separator, "'")})` },
        { name: 'number', path: '%number + 1' },
        ...(where === 'reference'
          ? [{ name: 'r', path: `link.other.getReferenceKey(${escaped(texts.reference, '`')})` }]
          : []),
        ...(where === 'names' ? [{ name: texts.columnName, path: 'id' }] : []),
      ];
      return {
        resourceType: 'ViewDefinition',
        name: texts.name,
        resource: where === 'resource' ? texts.resource : 'Patient',
        constant: [
          { name: 'text', valueString: texts.constant },
          { name: 'number', valueDecimal: texts.number },
          ...(where === 'names' ? [{ name: texts.constantName, valueCode: texts.constant }] : []),
        ],
        select: [{ column: columns }, { forEach: member, column: [{ name: 'each', path: '$this' }] }],
      };
    }),
  );

const patient = {
  resourceType: 'Patient',
  id: 'p',
  name: [{ family: 'x', given: ['a', 'b'] }],
  extension: [{ url: 'u', valueString: 'v' }],
  link: [{ other: { reference: 'Patient/q' } }],
};

/** Words that the generator itself writes. */
const vocabulary =
  /^(?:use|const|let|if|else|for|of|break|return|function|typeof|undefined|null|true|false|evaluate|emit|row|r|rt|values|external|Array|isArray|length|push|value|path|[a-zA-Z]+\d+)$/;

describe('code generated from a hostile view', () => {
  test('never runs anything of it', () => {
    fc.assert(
      fc.property(view, (definition) => {
        try {
          compileView(definition).evaluate(patient, () => undefined);
        } catch (error) {
          expect(error).toBeInstanceOf(ViewDefinitionError);
        }
        expect(Reflect.has(globalThis, canary)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  test('holds nothing of it but quoted literals and plain property names', () => {
    fc.assert(
      fc.property(view, (definition) => {
        for (const word of foreignWords(definition)) expect(word).toMatch(/^\.[A-Za-z_][A-Za-z0-9_]*$/);
      }),
      { numRuns: 100 },
    );
  });

  test.each(['constructor', '__proto__', 'name.`toString`', 'name.where(hasOwnProperty.exists())'])(
    'is not made for the inherited member in %s',
    (path) => {
      const definition = { resource: 'Patient', select: [{ column: [{ name: 'a', path }] }] };
      expect(() => compileView(definition)).toThrow(ViewDefinitionError);
    },
  );

  test('sees no member of a number that stands where an object should be', () => {
    const column = { name: 'a', path: 'maritalStatus.text' };
    const view = compileView({ resource: 'Patient', select: [{ column: [column] }] });
    const rows: unknown[] = [];
    view.evaluate({ ...patient, maritalStatus: new NumberText('1.10') }, (row) => rows.push(row[0]));
    expect(rows).toEqual([null]);
  });

  test.each(['name.family.length', 'id.link', 'link.repeat', 'name.at', '`0`', 'name.`0`'])(
    'sees only data behind the name %s',
    (path) => {
      const rows: unknown[] = [];
      const malformed = { ...patient, link: 'text', name: 'text' };
      const view = compileView({ resource: 'Patient', select: [{ column: [{ name: 'a', path }] }] });
      for (const resource of [patient, malformed]) view.evaluate(resource, (row) => rows.push(row[0]));
      expect(rows).toEqual([null, null]);
    },
  );
});

/** Words of the generated text outside literals that the generator does not write for every view. */
function foreignWords(definition: unknown): readonly string[] {
  const read = readDefinition(definition);
  if ('issues' in read) return [];
  const model = fhirModel('R4');
  const { constants, issues: constantIssues } = readConstants(read.view.constant ?? []);
  const { plan, issues } = planView(read.view, constants, model, []);
  if (issues.length + constantIssues.length > 0) return [];
  const { source } = generateEvaluator(plan, () => () => []);
  const withoutLiterals = source.replace(/"(?:[^"\\\n]|\\.)*"|\(-?\d[\d.e+-]*\)/g, ' ');
  expect(withoutLiterals).not.toMatch(/["'`\\#@~^%]|\/[/*]/);
  const words = withoutLiterals.match(/\.?[A-Za-z_$][\w$]*/g) ?? [];
  return words.filter((word) => !vocabulary.test(word.replace(/^\./, '')));
}
