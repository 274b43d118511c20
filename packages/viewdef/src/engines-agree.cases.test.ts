import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Cell, JsonValue } from './cell.js';
import { compileView } from './compile-view.js';
import type { EngineChoice } from './compiled-view.js';
import { createResourceParser, parseResource } from './json/parse-resource.js';
import { equalCells } from './values/equal-cells.js';

const views: readonly { readonly resource: string; readonly [element: string]: unknown }[] = [
  {
    resource: 'Observation',
    name: 'measurement',
    where: [{ path: "status = 'final' or status = 'amended'" }],
    select: [
      {
        column: [
          { name: 'observation_id', path: 'getResourceKey()' },
          { name: 'patient_id', path: 'subject.getReferenceKey(Patient)' },
          { name: 'encounter_id', path: 'encounter.getReferenceKey(Encounter)' },
          { name: 'categories', path: 'category.coding.code', collection: true },
          { name: 'loinc', path: "code.coding.where(system = 'http://loinc.org').code.first()" },
          { name: 'measured', path: 'effective.ofType(dateTime)' },
          { name: 'measured_from', path: 'effective.ofType(dateTime).lowBoundary()' },
          { name: 'is_recent', path: 'effective.ofType(dateTime) >= @2015' },
          { name: 'quantity', path: 'value.ofType(Quantity).value' },
          { name: 'doubled', path: 'value.ofType(Quantity).value * 2 + 0.1' },
          {
            name: 'unit',
            path: "iif(value.ofType(Quantity).unit.exists(), value.ofType(Quantity).unit, 'none')",
          },
          { name: 'coded', path: 'value.ofType(CodeableConcept).coding.display.first()' },
          { name: 'shown', path: "code.text & ': ' & value.ofType(string)" },
        ],
      },
    ],
  },
  {
    resource: 'Observation',
    name: 'component_rows',
    select: [
      { column: [{ name: 'observation_id', path: 'id' }] },
      {
        forEachOrNull: "component.where(code.coding.exists(system = 'http://loinc.org'))",
        column: [
          { name: 'position', path: '%rowIndex' },
          { name: 'code', path: 'code.coding.first().code' },
          { name: 'quantity', path: 'value.ofType(Quantity).value' },
          { name: 'is_high', path: 'value.ofType(Quantity).value > 100.5' },
        ],
      },
    ],
  },
  {
    resource: 'Patient',
    name: 'person',
    constant: [{ name: 'race', valueUri: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race' }],
    select: [
      {
        column: [
          { name: 'patient_id', path: 'getResourceKey()' },
          { name: 'family', path: "name.where(use = 'official').family.first().upper()" },
          { name: 'given', path: "name.first().given.join(' ')" },
          { name: 'born', path: 'birthDate' },
          { name: 'is_alive', path: 'deceased.exists().not()' },
          { name: 'race', path: "extension(%race).extension('text').value.ofType(string)" },
          { name: 'latitude', path: "address.first().extension.extension('latitude').value.ofType(decimal)" },
          { name: 'licences', path: "identifier.where(type.coding.code = 'DL').value", collection: true },
        ],
      },
      {
        unionAll: [
          {
            forEach: 'telecom',
            column: [
              { name: 'kind', path: 'system' },
              { name: 'contact', path: 'value' },
            ],
          },
          {
            forEach: 'address',
            column: [
              { name: 'kind', path: "'address'" },
              { name: 'contact', path: 'line.first()' },
            ],
          },
        ],
      },
    ],
  },
  {
    resource: 'Encounter',
    name: 'stay',
    select: [
      {
        column: [
          { name: 'encounter_id', path: 'id' },
          { name: 'class', path: 'class.code' },
          { name: 'began', path: 'period.start' },
          { name: 'was_short', path: 'period.start.lowBoundary() = period.end.lowBoundary()' },
          { name: 'providers', path: 'participant.count()' },
        ],
        select: [
          {
            forEach: 'type.coding',
            column: [
              { name: 'type', path: 'code' },
              { name: 'display', path: 'display.substring(0, 20)' },
            ],
          },
        ],
      },
    ],
  },
  {
    resource: 'Condition',
    name: 'active_problem',
    where: [{ path: "clinicalStatus.coding.exists(code = 'active')" }, { path: 'abatement.empty()' }],
    select: [
      {
        column: [
          { name: 'condition_id', path: 'id' },
          { name: 'patient_id', path: 'subject.getReferenceKey()' },
          { name: 'onset', path: 'onset.ofType(dateTime)' },
          { name: 'word', path: "code.text.replace('(disorder)', '').trim()" },
        ],
      },
    ],
  },
];

const folder = process.env['SYNTHEA_DATA'] ?? '../shared/data/synthea-100';
const describeWithData = existsSync(folder) ? describe : describe.skip;

/** fhirpath.js takes a fraction of a millisecond for each column. */
const resourcesPerView = 400;

describeWithData('over real resources', () => {
  test.each(views)('generated code and fhirpath.js give the same rows for $name', (definition) => {
    const resources = linesOf(definition.resource)
      .slice(0, resourcesPerView)
      .map((line) => parseResource(line, true));
    const generated = rowsOf(definition, resources, 'auto');
    const interpreted = rowsOf(definition, resources, 'fhirpath');
    expect(generated.length).toBeGreaterThan(0);
    expect(generated.length).toBe(interpreted.length);
    const differences = generated.filter((row, index) => !equalCells(row, interpreted[index]));
    expect(differences).toEqual([]);
  });

  test.each(views)('no column of $name needs fhirpath.js', (definition) => {
    expect(compileView(definition).engine.outside).toEqual([]);
  });

  test.each(views)('rows of $name do not depend on which numbers keep their text', (definition) => {
    const view = compileView(definition);
    const parse = createResourceParser([view]);
    const lines = linesOf(definition.resource).slice(0, resourcesPerView);
    const kept = rowsOf(
      definition,
      lines.map((line) => parseResource(line, true)),
      'auto',
    );
    expect(rowsOf(definition, lines.map(parse), 'auto')).toEqual(kept);
  });
});

function linesOf(resource: string): readonly string[] {
  return readFileSync(join(folder, `${resource}.ndjson`), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function rowsOf(
  definition: unknown,
  resources: readonly JsonValue[],
  engine: EngineChoice,
): readonly Cell[][] {
  const view = compileView(definition, { engine });
  const rows: Cell[][] = [];
  for (const resource of resources) view.evaluate(resource, (row) => rows.push([...row]));
  return rows;
}
