import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileView } from './compile-view.js';
import { ViewDefinitionError } from './errors.js';
import type { ViewIssue } from './errors.js';

function issuesOf(view: unknown): readonly ViewIssue[] {
  try {
    compileView(view, { checks: 'strict' });
  } catch (error) {
    if (error instanceof ViewDefinitionError) return error.issues;
    throw error;
  }
  return [];
}

const id = { name: 'id', path: 'id' };

function patientView(select: unknown, rest: object = {}): object {
  return { resource: 'Patient', select: [select], ...rest };
}

function columnView(path: string, rest: object = {}): object {
  return patientView({ column: [{ name: 'a', path }] }, rest);
}

describe('compileView refuses', () => {
  test.each<[string, unknown, string, string]>([
    ['an empty view', {}, 'structure', 'ViewDefinition.resource'],
    ['what is no object', 'x', 'structure', 'ViewDefinition'],
    [
      'another resource',
      { ...columnView('id'), resourceType: 'Patient' },
      'structure',
      'ViewDefinition.resourceType',
    ],
    [
      'an unknown resource type',
      { ...columnView('id'), resource: 'Patiant' },
      'structure',
      'ViewDefinition.resource',
    ],
    [
      'a forEach that is no string',
      patientView({ forEach: 1, column: [id] }),
      'structure',
      'ViewDefinition.select[0].forEach',
    ],
    [
      'an unknown element',
      patientView({ foreach: 'name', column: [id] }),
      'structure',
      'ViewDefinition.select[0]',
    ],
    ['a view without columns', patientView({ forEach: 'name' }), 'columns', 'ViewDefinition.select'],
    [
      'two iterations in one select',
      patientView({ forEach: 'name', repeat: ['contact'], column: [id] }),
      'iteration',
      'ViewDefinition.select[0]',
    ],
    ['text that is no FHIRPath', columnView('@@'), 'fhirpath', 'ViewDefinition.select[0].column[0].path'],
    [
      'an unknown function',
      columnView('name.frist()'),
      'fhirpath',
      'ViewDefinition.select[0].column[0].path',
    ],
    [
      'a function that asks a server',
      columnView('managingOrganization.resolve().name'),
      'fhirpath',
      'ViewDefinition.select[0].column[0].path',
    ],
    ['a function of the clock', columnView('now()'), 'fhirpath', 'ViewDefinition.select[0].column[0].path'],
    [
      'a wrong number of arguments',
      columnView('name.first(1)'),
      'fhirpath',
      'ViewDefinition.select[0].column[0].path',
    ],
    [
      'an unknown type of FHIRPath',
      columnView('name.ofType(System.HumanName)'),
      'fhirpath',
      'ViewDefinition.select[0].column[0].path',
    ],
    [
      'a reference to no resource type',
      columnView('link.other.getReferenceKey(System.Patient)'),
      'fhirpath',
      'ViewDefinition.select[0].column[0].path',
    ],
    ['an undefined constant', columnView('%nope'), 'constant', 'ViewDefinition.select[0].column[0].path'],
    [
      'a constant without value',
      columnView('id', { constant: [{ name: 'c' }] }),
      'constant',
      'ViewDefinition.constant[0]',
    ],
    [
      'a constant of the wrong form',
      columnView('id', { constant: [{ name: 'c', valueDate: 'soon' }] }),
      'constant',
      'ViewDefinition.constant[0]',
    ],
    ...[
      { valueDate: '2024-02-30' },
      { valueDateTime: '2024-01-01T00:00:00+14:01' },
      { valueInstant: '0000-01-01T00:00:00Z' },
      { valueTime: '23:59:60' },
    ].map((value): [string, unknown, string, string] => [
      `the constant ${JSON.stringify(value)}`,
      columnView('id', { constant: [{ name: 'c', ...value }] }),
      'moment',
      'ViewDefinition.constant[0]',
    ]),
    ...[
      '@2024-02-30',
      '@2024-13',
      '@2023-02-29T10:00:00Z',
      '@2024-01-01T00:00:00-14:01',
      '@T24:00',
      '@T10:61',
    ].map((literal): [string, unknown, string, string] => [
      `the literal ${literal}`,
      columnView('id', { where: [{ path: `birthDate.exists() and (birthDate > ${literal})` }] }),
      'moment',
      'ViewDefinition.where[0].path',
    ]),
    [
      'a constant with a taken name',
      columnView('id', { constant: [{ name: 'rowIndex', valueInteger: 1 }] }),
      'constant',
      'ViewDefinition.constant[0]',
    ],
    [
      'a condition that is not boolean',
      columnView('id', { where: [{ path: 'name.family' }] }),
      'fhirpath',
      'ViewDefinition.where[0].path',
    ],
    [
      'a repeat that finds itself',
      patientView({ repeat: ['$this'], column: [id] }),
      'iteration',
      'ViewDefinition.select[0].repeat[0]',
    ],
    [
      'a repeat that starts at the resource',
      patientView({ repeat: ['%resource.contact'], column: [id] }),
      'iteration',
      'ViewDefinition.select[0].repeat[0]',
    ],
    [
      'a column name that is no SQL name',
      patientView({ column: [{ name: 'a b', path: 'id' }] }),
      'structure',
      'ViewDefinition.select[0].column[0].name',
    ],
    [
      'a column name used twice',
      patientView({ column: [id], select: [{ column: [id] }] }),
      'columns',
      'ViewDefinition.select[0].select[0].column[0].name',
    ],
    [
      'a path that is too long',
      columnView(`name${'.given'.repeat(500)}`),
      'structure',
      'ViewDefinition.select[0].column[0].path',
    ],
    [
      'a path that nests too deep',
      columnView(`${'('.repeat(101)}id${')'.repeat(101)}`),
      'limit',
      'ViewDefinition.select[0].column[0].path',
    ],
  ])('%s', (_title, view, kind, expression) => {
    expect(issuesOf(view)).toContainEqual(expect.objectContaining({ kind, expression }));
  });

  test('branches of a union whose columns differ', () => {
    const branch = (...columns: object[]) => ({ column: columns });
    const union = (...unionAll: object[]) => issuesOf(patientView({ unionAll }));
    const [a, b] = [
      { name: 'a', path: 'id', type: 'id' },
      { name: 'b', path: 'id', type: 'id' },
    ];
    expect(union(branch(a, b), branch(b, a))).toEqual([
      {
        kind: 'columns',
        expression: 'ViewDefinition.select[0].unionAll[1]',
        diagnostics: 'has the columns (b, a); expected (a, b) as in the first branch',
      },
    ]);
    expect(union(branch(a), branch(a, b))).toHaveLength(1);
    expect(union(branch(a), branch({ ...a, type: 'integer' }))).toHaveLength(1);
    expect(union(branch(a), branch({ ...a, collection: true }))).toHaveLength(1);
    expect(union(branch(a), branch({ ...a, type: 'code' }))).toEqual([]);
  });

  test('a constant that is too long, with the length that it may have', () => {
    const view = columnView('%c', { constant: [{ name: 'c', valueString: 'x'.repeat(10_001) }] });
    const diagnostics = 'has a valueString of 10001 characters; expected at most 10000';
    expect(issuesOf(view)).toContainEqual({
      kind: 'constant',
      expression: 'ViewDefinition.constant[0]',
      diagnostics,
    });
  });

  test('all faults at once', () => {
    const view = {
      resource: 'Patient',
      constant: [{ name: 'c' }],
      where: [{ path: 'gender' }],
      select: [{ column: [{ name: 'a', path: 'nope()' }] }, { column: [{ name: 'a', path: '%x' }] }],
    };
    expect(issuesOf(view).map(({ kind }) => kind)).toEqual([
      'constant',
      'fhirpath',
      'fhirpath',
      'constant',
      'columns',
    ]);
  });

  test('only with a ViewDefinitionError, for any input', () => {
    const path = fc.oneof(
      fc.string(),
      fc.constantFrom('id', 'name', '$this', '%x', 'name.where(use', "'a", 'a.b()'),
    );
    const select = fc.letrec((tie) => ({
      select: fc.record(
        {
          column: fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), path })),
          forEach: path,
          forEachOrNull: path,
          repeat: fc.array(path),
          select: fc.array(tie('select'), { maxLength: 2 }),
          unionAll: fc.array(tie('select'), { maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
    })).select;
    const view = fc.oneof(
      fc.anything(),
      fc.record({ resource: fc.constant('Patient'), select: fc.array(select) }),
    );
    fc.assert(
      fc.property(view, (definition) => {
        expect(issuesOf(definition)).toBeDefined();
      }),
    );
  });

  test('nesting that could exhaust the stack', () => {
    let select: object = { column: [id] };
    for (let depth = 0; depth < 20_000; depth++) select = { select: [select] };
    expect(issuesOf(patientView(select))).toEqual([expect.objectContaining({ kind: 'limit' })]);
  });

  test('more elements than it looks at, with one fault and not one for each', () => {
    const issues = issuesOf(patientView({ column: Array(3_300_000).fill(0) }));
    expect(issues).toEqual([expect.objectContaining({ kind: 'limit', expression: 'ViewDefinition' })]);
  });

  test('more text than it keeps', () => {
    const issues = issuesOf({ ...patientView({ column: [id] }), description: 'x'.repeat(1_000_001) });
    expect(issues).toEqual([expect.objectContaining({ kind: 'limit', expression: 'ViewDefinition' })]);
  });

  test('many faults with a message that names the first and counts the others', () => {
    const column = Array.from({ length: 2_000 }, () => ({ name: '1' }));
    expect(() => compileView(patientView({ column }))).toThrow(/; and 3950 more$/);
  });
});

describe('compileView accepts', () => {
  test('old forms: a URL as resource type, no status, no name', () => {
    const resourceType = 'https://sql-on-fhir.org/ig/StructureDefinition/ViewDefinition';
    expect(compileView({ ...columnView('id'), resourceType }).name).toBeUndefined();
  });

  test('the largest view within the limits', () => {
    const columns = Array.from({ length: 1_500 }, (_, index) => ({
      name: `c${String(index)}`,
      path: 'name.given',
    }));
    const view = compileView(patientView({ column: columns }));
    const rows: unknown[] = [];
    view.evaluate({ resourceType: 'Patient', name: [{ given: ['x'] }] }, (row) => rows.push(row[1_499]));
    expect(rows).toEqual(['x']);
  });

  test('a path as deep as the limit', () => {
    const path = `iif(true, ${'('.repeat(90)}name${'.where(true)'.repeat(9)}${')'.repeat(90)}.given)`;
    expect(issuesOf(columnView(path))).toEqual([]);
    expect(issuesOf(columnView(`name${'.tail()'.repeat(100)}`))).toEqual([]);
  });

  test('unions of unions without multiplying code', () => {
    const union = (name: string) => ({
      unionAll: Array.from({ length: 10 }, () => ({ column: [{ name, path: "'x'" }] })),
    });
    const names = ['a', 'b', 'c', 'd'];
    const view = compileView({ resource: 'Patient', select: names.map(union) });
    let rows = 0;
    view.evaluate({ resourceType: 'Patient' }, () => rows++);
    expect(rows).toBe(10_000);
  });
});

describe('a compiled view', () => {
  test('describes its columns in the order of the specification', () => {
    const view = compileView({
      resource: 'Observation',
      select: [
        {
          column: [{ name: 'key', path: 'getResourceKey()' }],
          unionAll: [{ column: [{ name: 'last', path: "'x'" }] }],
          select: [
            {
              column: [
                {
                  name: 'value',
                  path: 'value.ofType(Quantity).value',
                  tag: [{ name: 'ansi/type', value: 'DECIMAL(10,2)' }],
                },
              ],
            },
            {
              column: [
                {
                  name: 'code',
                  path: 'code',
                  type: 'http://hl7.org/fhir/StructureDefinition/CodeableConcept',
                },
              ],
            },
          ],
        },
        {
          column: [
            { name: 'codes', path: 'code.coding.code', collection: true },
            { name: 'any', path: 'value' },
          ],
        },
      ],
    });
    expect(view.columns.map(({ name, fhirType, collection }) => [name, fhirType, collection])).toEqual([
      ['key', 'id', false],
      ['value', 'decimal', false],
      ['code', 'CodeableConcept', false],
      ['last', 'string', false],
      ['codes', 'code', true],
      ['any', undefined, false],
    ]);
    expect(view.columns[1]?.ansiType).toBe('DECIMAL(10,2)');
  });

  test('types elements by the FHIR version of the data', () => {
    const view = { resource: 'MedicationRequest', select: [{ column: [{ name: 'm', path: 'medication' }] }] };
    expect(compileView(view, { fhirVersion: 'R4' }).columns[0]?.fhirType).toBeUndefined();
    expect(compileView(view, { fhirVersion: 'R5' }).columns[0]?.fhirType).toBe('CodeableReference');
  });
});

test('a view that was accepted with a date that cannot be is compiled, and the date is comparable with nothing', () => {
  const constant = [{ name: 'c', valueDate: '2024-02-30' }];
  const view = columnView('birthDate < %c', { constant });
  const rows: unknown[] = [];
  compileView(view).evaluate({ resourceType: 'Patient', birthDate: '2024-02-29' }, (row) =>
    rows.push([...row]),
  );
  expect(rows).toEqual([[null]]);
});
