import { describe, expect, test } from '@jest/globals';
import { COLUMN, judge, viewOf } from './testing/judge.js';

describe('an element that FHIR does not know is refused, with the nearest name', () => {
  test.each([
    [
      'Patient',
      'name.familly',
      'names the element "familly", which HumanName does not have; did you mean "family"?',
    ],
    ['Patient', 'nmae.family', 'names the element "nmae", which Patient does not have; did you mean "name"?'],
    [
      'Patient',
      'birth_date',
      'names the element "birth_date", which Patient does not have; did you mean "birthDate"?',
    ],
    [
      'Patient',
      'contact.nam.family',
      'names the element "nam", which Patient.contact does not have; did you mean "name"?',
    ],
    [
      'Patient',
      "name.where(us = 'official').family",
      'names the element "us", which HumanName does not have; did you mean "use"?',
    ],
    [
      'Patient',
      "name.where(use = 'a' and period.strat.exists()).family",
      'names the element "strat", which Period does not have; did you mean "start"?',
    ],
    [
      'Patient',
      'name.exists(familie.exists())',
      'names the element "familie", which HumanName does not have; did you mean "family"?',
    ],
    [
      'Patient',
      'name.all(familie.exists())',
      'names the element "familie", which HumanName does not have; did you mean "family"?',
    ],
    [
      'Patient',
      'name.select(giver)',
      'names the element "giver", which HumanName does not have; did you mean "given"?',
    ],
    [
      'Patient',
      'name[contact.coutn()]',
      'calls the function coutn(), which is unknown or not supported; did you mean "count"?',
    ],
    [
      'Patient',
      'name[contact.nam.count()].family',
      'names the element "nam", which Patient.contact does not have; did you mean "name"?',
    ],
    [
      'Patient',
      'iif(activ, name, contact.name).family',
      'names the element "activ", which Patient does not have; did you mean "active"?',
    ],
    [
      'Patient',
      'name.family | contact.name.familly',
      'names the element "familly", which HumanName does not have; did you mean "family"?',
    ],
    [
      'Patient',
      'name.given.join(contact.nam.family)',
      'names the element "nam", which Patient.contact does not have; did you mean "name"?',
    ],
    [
      'Patient',
      'gender = male',
      'names the element "male", which Patient does not have; text is written \'male\'; did you mean "name"?',
    ],
    [
      'Patient',
      'birthDate != null',
      'names the element "null", which Patient does not have; FHIRPath has no null: write exists() or empty()',
    ],
    [
      'Patient',
      '%resource.nmae.family',
      'names the element "nmae", which Patient does not have; did you mean "name"?',
    ],
    [
      'Patient',
      'birthDate.value',
      'names the element "value", which date does not have; the name before it already gives the value: leave it out',
    ],
    [
      'Patient',
      '_birthDate.extension',
      'names the element "_birthDate", which Patient does not have; write birthDate.extension or birthDate.id for the content of "_birthDate" in JSON',
    ],
    [
      'Patient',
      'Patiant.name',
      'names the element "Patiant", which Patient does not have; did you mean "Patient"?',
    ],
    [
      'Condition',
      'onset.dateTime',
      'names the element "dateTime", which none of dateTime, Age, Period, Range or string has; write ofType(dateTime) for the values of one type',
    ],
    [
      'Condition',
      'onsetDatetime',
      'names the element "onsetDatetime", which Condition does not have; did you mean "onsetDateTime"?',
    ],
    [
      'Observation',
      'valueQuantity.vlaue',
      'names the element "vlaue", which Quantity does not have; did you mean "value"?',
    ],
    [
      'Observation',
      'component.value.ofType(Quantity).unti',
      'names the element "unti", which Quantity does not have; did you mean "unit"?',
    ],
    [
      'Questionnaire',
      'repeat(item).linkid',
      'names the element "linkid", which Questionnaire.item does not have; did you mean "linkId"?',
    ],
    [
      'Questionnaire',
      'repeat(itme).linkId',
      'names the element "itme", which Questionnaire does not have; did you mean "item"?',
    ],
    [
      'Patient',
      'contained.ofType(Organization).nmae',
      'names the element "nmae", which Organization does not have; did you mean "name"?',
    ],
    [
      'Patient',
      "extension('x').valeuString",
      'names the element "valeuString", which Extension does not have; did you mean "valueString"?',
    ],
    [
      'MedicationAdministration',
      'encounter.reference',
      'names the element "encounter", which MedicationAdministration does not have; FHIR R5 has it, but the data is of another version',
    ],
  ])('%s: %s', (resource, path, reason) => {
    const { refused } = judge(viewOf(resource, path));
    expect(refused).toEqual([
      expect.objectContaining({ expression: `${COLUMN}.path`, diagnostics: `"${path}" ${reason}` }),
    ]);
  });

  test.each([
    [{ forEach: 'nmae' }, 'ViewDefinition.select[0].forEach'],
    [{ forEachOrNull: 'nmae' }, 'ViewDefinition.select[0].forEachOrNull'],
    [{ repeat: ['contact', 'nmae'] }, 'ViewDefinition.select[0].repeat[1]'],
    [{ unionAll: [{ column: [] }, { forEach: 'nmae' }] }, 'ViewDefinition.select[0].unionAll[1].forEach'],
    [
      { forEach: 'name', select: [{ forEach: 'given', column: [{ name: 'b', path: '$this.nmae' }] }] },
      'ViewDefinition.select[0].select[0].column[0].path',
    ],
  ])('at %j', (select, expression) => {
    const view = { resource: 'Patient', select: [select, { column: [{ name: 'id', path: 'id' }] }] };
    expect(judge(view).refused).toEqual([expect.objectContaining({ kind: 'element', expression })]);
  });

  test('in a condition of the view', () => {
    const view = { ...viewOf('Patient', 'id'), where: [{ path: 'activ' }] };
    expect(judge(view).refused).toEqual([
      expect.objectContaining({ kind: 'element', expression: 'ViewDefinition.where[0].path' }),
    ]);
  });

  test('by the model of the data: R5 has elements that R4 does not have, and the other way round', () => {
    expect(judge(viewOf('Encounter', 'actualPeriod.start'), { fhirVersion: 'R5' }).refused).toEqual([]);
    expect(judge(viewOf('Encounter', 'actualPeriod.start')).refused).toHaveLength(1);
    expect(judge(viewOf('Encounter', 'period.start'), { fhirVersion: 'R5' }).refused).toHaveLength(1);
    const inR5 = judge(viewOf('MedicationRequest', 'medication.concept.codng'), { fhirVersion: 'R5' });
    expect(inR5.refused[0]?.diagnostics).toContain('did you mean "coding"?');
  });

  test('once for each element, and all of them at once', () => {
    const view = viewOf('Patient', 'name.where(us.exists() or us.empty()).familly');
    expect(judge(view).refused.map(({ diagnostics }) => /element "(\w+)"/.exec(diagnostics)?.[1])).toEqual([
      'us',
      'familly',
    ]);
  });
});
