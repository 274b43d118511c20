import { describe, expect, test } from '@jest/globals';
import { COLUMN, judge, viewOf } from './testing/judge.js';

describe('a finding that some data can satisfy is a warning', () => {
  test.each([
    [
      'Observation',
      'valueQuantity > 5',
      'compares Quantity with integer by ">", which holds for quantities without a unit only; write value after the quantity',
    ],
    [
      'Observation',
      'valueQuantity + 1',
      'applies "+" to Quantity and integer, which works for quantities without a unit only; write value after the quantity',
    ],
    [
      'Patient',
      'birthDate = @2001',
      'compares with @2001 by "=", which says nothing about values of a finer precision; for a span of time write >= and <',
    ],
    [
      'Observation',
      'issued = @2001-01-01',
      'compares with @2001-01-01 by "=", which says nothing about values of a finer precision; for a span of time write >= and <',
    ],
    [
      'Patient',
      'name.given.first() + 1',
      'applies "+" to string and integer, which works for text that holds a number only; text is joined by "&"',
    ],
    [
      'Patient',
      'link.other.getReferenceKey(Observation)',
      'calls getReferenceKey(Observation) on a Reference that FHIR admits to Patient or RelatedPerson only',
    ],
  ])('%s: %s', (resource, path, reason) => {
    expect(judge(viewOf(resource, path))).toEqual({
      refused: [],
      warnings: [{ kind: 'doubt', expression: `${COLUMN}.path`, diagnostics: `"${path}" ${reason}` }],
    });
  });

  test('also a walk along an element of another resource, which finds nothing', () => {
    const view = {
      resource: 'QuestionnaireResponse',
      select: [{ repeat: ['jurisdiction'], column: [{ name: 'a', path: 'coding.code' }] }],
    };
    expect(judge(view)).toEqual({
      refused: [],
      warnings: [
        expect.objectContaining({ kind: 'doubt', expression: 'ViewDefinition.select[0].repeat[0]' }),
      ],
    });
  });
});

describe('elements that the model leaves open, and JSON names of choices, are accepted without a warning', () => {
  test.each([
    ['Patient', "extension('x').value.coding.code"],
    ['Patient', "extension.where(url = 'x').extension('y').value"],
    ['Patient', "extension('x').value = 'y'"],
    ['Patient', "extension('x').value > 5"],
    ['Patient', "extension('x').valueCode"],
    ['Patient', 'birthDate.extension.url'],
    ['Patient', 'birthDate.id'],
    ['Patient', 'contained.anything.at.all'],
    ['Patient', "contained.where(resourceType = 'Organization').name"],
    ['Patient', 'resourceType'],
    ['Patient', 'link.other.getReferenceKey(Patient)'],
    ['Patient', 'generalPractitioner.getReferenceKey()'],
    ['Patient', 'Resource.id'],
    ['Patient', 'DomainResource.text.status'],
    ['Patient', 'children().family'],
    ['Patient', 'descendants().family'],
    ['Patient', 'name.type().name'],
    ['Patient', '%context.name.family'],
    ['Patient', 'birthDate.substring(0, 4)'],
    ['Patient', "birthDate & 'x'"],
    ['Patient', "name.given.join(',')"],
    ['Patient', 'birthDate > @2001-01-01T00:00:00Z'],
    ['Patient', 'birthDate + 1 year'],
    ['Patient', 'deceased.ofType(dateTime) > birthDate'],
    ['Patient', "name.given.first() & ' ' & name.family.first()"],
    ['Patient', "telecom.where(system = 'phone').value.first()"],
    ['Patient', 'deceased.exists() and deceased != false'],
    ['Bundle', 'entry.resource.name.family'],
    ['Bundle', 'entry.resource.ofType(Patient).name.family'],
    ['Parameters', 'parameter.resource.status'],
    ['Parameters', 'parameter.part.value'],
    ['Condition', 'onsetDateTime'],
    ['Observation', 'effectiveDateTime'],
    ['Observation', 'valueQuantity.value'],
    ['Observation', 'value.unit'],
    ['Observation', 'value.ofType(Quantity).value > 5'],
    ['Observation', 'component.valueCodeableConcept.coding.code'],
    ['Observation', 'component.referenceRange.low.value'],
    ['Condition', 'onset.ofType(Quantity).value'],
    ['Questionnaire', 'repeat(item).linkId'],
    ['Questionnaire', 'item.item.item.linkId'],
    ['QuestionnaireResponse', 'repeat(item | answer.item).answer.value'],
    ['ValueSet', 'compose.exclude.concept.code'],
  ])('%s: %s', (resource, path) => {
    expect(judge(viewOf(resource, path))).toEqual({ refused: [], warnings: [] });
  });

  test('a walk whose paths mean something only further down', () => {
    const view = {
      resource: 'QuestionnaireResponse',
      select: [
        {
          repeat: ['item', 'answer.item'],
          column: [
            { name: 'a', path: 'linkId' },
            { name: 'b', path: 'lnkId' },
          ],
        },
      ],
    };
    expect(judge(view).refused).toEqual([
      expect.objectContaining({ expression: 'ViewDefinition.select[0].column[1].path' }),
    ]);
  });

  test('the items of a resource that calls for any resource', () => {
    const view = {
      resource: 'Bundle',
      select: [
        {
          forEach: 'entry.resource',
          column: [
            { name: 'a', path: 'getResourceKey()' },
            { name: 'b', path: 'what.ever' },
          ],
        },
      ],
    };
    expect(judge(view)).toEqual({ refused: [], warnings: [] });
  });
});
