import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../cell.js';
import { compileView } from '../compile-view.js';
import type { EngineChoice } from '../compiled-view.js';
import { parseResource } from '../json/parse-resource.js';

function cellOf(path: string, json: string, engine: EngineChoice): Cell | undefined {
  const resource = parseResource(json, true) as { readonly resourceType: string };
  const view = compileView(
    { resource: resource.resourceType, select: [{ column: [{ name: 'a', path, collection: true }] }] },
    { engine },
  );
  if (engine === 'auto') expect(view.engine.outside).toEqual([]);
  let cell: Cell | undefined;
  view.evaluate(resource, (row) => (cell = row[0]));
  return cell;
}

const quantity = '{"resourceType":"Observation","valueQuantity":{"value":1.50,"unit":"mg"}}';
const text = '{"resourceType":"Observation","valueString":"a"}';
const period = '{"resourceType":"Observation","effectivePeriod":{"start":"2020","end":"2021"}}';
const none = '{"resourceType":"Observation","status":"final"}';
const coded =
  '{"resourceType":"MedicationRequest","medicationCodeableConcept":{"coding":[{"display":"A"},{"display":"B"}]}}';
const referred =
  '{"resourceType":"MedicationRequest","medicationReference":{"reference":"Medication/1","display":"C"}}';
const component =
  '{"resourceType":"Observation","component":[{"valueString":"a"},{"valueQuantity":{"value":2}},{"code":{"text":"b"}}]}';

const identified =
  '{"resourceType":"Observation","_valueString":{"id":"v","extension":[{"url":"x","valueInteger":1}]}}';
const quantified =
  '{"resourceType":"Observation","valueQuantity":{"id":"q","extension":[{"url":"x","valueInteger":2}]}}';

describe('an element of a choice element is found on both tiers', () => {
  test.each([
    ['value.unit', quantity, ['mg']],
    ['value.unit', text, []],
    ['value.unit.upper()', quantity, ['MG']],
    ['effective.start', period, ['2020']],
    ['effective.nothing', period, []],
    ['medication.coding.display', coded, ['A', 'B']],
    ['medication.coding.display', referred, []],
    ['medication.coding.display.first()', coded, ['A']],
    ['medication.reference', referred, ['Medication/1']],
    ['value.value', '{"resourceType":"Observation","valueInteger":-0}', []],
    ['value.value', '{"resourceType":"Observation","valueInteger":1.0}', []],
    ['value.length', text, []],
    ['component.value.unit', component, []],
    ['component.value.value', component, [2]],
    ['value.id', identified, ['v']],
    ['value.id', text, []],
    ['value.id', quantified, ['q']],
    ["value.extension('x').value", identified, [1]],
    ["value.extension('x').value", quantified, [2]],
  ])('%s of %s', (path, json, expected) => {
    for (const engine of ['auto', 'fhirpath'] as const) expect(cellOf(path, json, engine)).toEqual(expected);
  });
});

describe('the type of a choice element is found on both tiers', () => {
  test.each([
    ['value is Quantity', quantity, [true]],
    ['value is Quantity', text, [false]],
    ['value is Quantity', none, []],
    ['value.is(string)', text, [true]],
    ['value is FHIR.string', text, [true]],
    ['value is Range', quantity, [false]],
    ['value is Patient', quantity, [false]],
    ['component.where(value is Quantity).value.value', component, [2]],
    ['component.select(value is string)', component, [true, false]],
    ['valueQuantity.where($this is Quantity).unit', quantity, ['mg']],
    ['valueQuantity.where($this is Age).unit', quantity, []],
    ['component.code.where($this is CodeableConcept).text', component, ['b']],
    ["iif(value is Quantity, 'number', 'other')", quantity, ['number']],
    ['$this is Observation', none, [true]],
    ['$this is Patient', none, [false]],
    ['$this is DomainResource', none, [true]],
  ])('%s of %s', (path, json, expected) => {
    for (const engine of ['auto', 'fhirpath'] as const) expect(cellOf(path, json, engine)).toEqual(expected);
  });
});

test.each([
  ['Patient.value', quantity],
  ['Location.address.city', text],
  ['Observation.component.code.text', component],
  ['DomainResource.status', none],
])('a path that starts with a type, %s, is applied to what is of that type on both tiers', (path, json) => {
  expect(cellOf(path, json, 'auto')).toEqual(cellOf(path, json, 'fhirpath'));
});

test.each(['extension.value.value', 'contained.where($this is Patient).id', "'a' is string"])(
  '%s is left to fhirpath.js, because the data or the library decides',
  (path) => {
    const view = compileView({
      resource: 'Observation',
      select: [{ column: [{ name: 'a', path, collection: true }] }],
    });
    expect(view.engine.outside.map((outside) => outside.path)).toEqual([path]);
  },
);
