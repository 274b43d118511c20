import { describe, expect, test } from '@jest/globals';
import { compileView } from '../compile-view.js';
import { COLUMN, judge, viewOf } from './testing/judge.js';

const ENGINES = ['auto', 'codegen', 'fhirpath'] as const;

const observation = {
  resourceType: 'Observation',
  status: 'final',
  valueString: 'x',
  subject: { reference: 'Patient/p' },
  focus: [{ reference: 'Foo/f' }],
  contained: [
    { resourceType: 'Foo', id: 'f' },
    { resourceType: 'Patient', id: 'p' },
  ],
};

/** The cells of the one column, by engine. */
function cellsOf(path: string, checks?: 'lenient'): readonly unknown[] {
  return ENGINES.map((engine) => {
    const cells: unknown[] = [];
    const options = checks === undefined ? { engine } : { engine, checks };
    compileView(viewOf('Observation', path), options).evaluate(observation, (row) => cells.push(row[0]));
    return cells[0];
  });
}

describe('a type that FHIR does not know', () => {
  test.each([
    ['value.ofType(Quantty)', 'Quantty"; did you mean "Quantity"?', []],
    ['value.as(FHIR.Foo)', 'FHIR.Foo"', []],
    ['(value as strng)', 'strng"; did you mean "string" or "String"?', []],
    ['value is Foo', 'Foo"', [false]],
    ['status.is(Foo)', 'Foo"', [false]],
    ['value.where($this is Foo).exists()', 'Foo"', [false]],
    ['contained.ofType(Patinet).id', 'Patinet"; did you mean "Patient"?', []],
    ['contained.ofType(Foo).id', 'Foo"', ['f']],
  ])('is refused in %s, and leniently matches nothing but resources of it', (path, end, cells) => {
    const diagnostics = `"${path}" names the unknown type "${end}`;
    const issue = { kind: 'type', expression: `${COLUMN}.path`, diagnostics };
    expect(judge(viewOf('Observation', path)).refused).toEqual([issue]);
    const lenient = judge(viewOf('Observation', path), { checks: 'lenient' });
    expect(lenient).toEqual({ refused: [], warnings: [issue] });
    expect(cellsOf(path, 'lenient')).toEqual(ENGINES.map(() => cells));
  });

  test.each([
    ['subject.getReferenceKey(Patinet)', 'Patinet"; expected a resource type; did you mean "Patient"?', []],
    ['subject.getReferenceKey(FHIR.HumanName)', 'FHIR.HumanName"; expected a resource type', []],
    ['focus.getReferenceKey(Foo)', 'Foo"; expected a resource type', ['f']],
  ])('is refused in %s too, and leniently gives keys of references to it', (path, end, cells) => {
    const issue = {
      kind: 'type',
      expression: `${COLUMN}.path`,
      diagnostics: `"${path}" calls getReferenceKey() with "${end}`,
    };
    expect(judge(viewOf('Observation', path)).refused).toEqual([issue]);
    expect(judge(viewOf('Observation', path), { checks: 'lenient' }).warnings).toEqual([issue]);
    expect(cellsOf(path, 'lenient')).toEqual(ENGINES.map(() => cells));
  });

  test.each(['patient', 'Patient2', 'System.Patient'])(
    'is refused leniently too in getReferenceKey(%s), because no reference with a key has such a type',
    (target) => {
      const view = viewOf('Observation', `subject.getReferenceKey(${target})`);
      expect(judge(view, { checks: 'lenient' }).refused.map(({ kind }) => kind)).toEqual(['fhirpath']);
    },
  );

  test('refuses no view that was accepted leniently, when it is compiled again', () => {
    expect(compileView(viewOf('Observation', 'value.ofType(Foo)')).warnings).toEqual([]);
    expect(cellsOf('value.ofType(Foo)')).toEqual(ENGINES.map(() => []));
  });

  test('is reported once, and nothing that follows from it', () => {
    const view = viewOf('Observation', '(value as Quantty).value + 1', { type: 'decimal' });
    expect(judge(view, { checks: 'lenient' }).warnings).toHaveLength(1);
  });

  test.each([
    ['value.ofType(System.Foo)', 'System.Foo"; FHIRPath has no such type'],
    ['value is foo.bar', 'foo.bar"; types are of System or FHIR'],
  ])('is refused leniently too in %s, which nothing can evaluate, with the reason', (path, reason) => {
    const diagnostics = `"${path}" names the unknown type "${reason}, so it cannot run with handling=lenient either`;
    for (const checks of ['strict', 'lenient'] as const) {
      expect(judge(viewOf('Observation', path), { checks }).refused).toEqual([
        { kind: 'fhirpath', expression: `${COLUMN}.path`, diagnostics },
      ]);
    }
  });
});
