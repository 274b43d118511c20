import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseParameters } from './parameters.js';

function faultsOf(body: unknown): readonly string[] {
  const parsed = parseParameters(body);
  return parsed.kind === 'faulty' ? parsed.faults.map((fault) => fault.expression) : [];
}

describe('a Parameters resource', () => {
  test('may have no parameter at all', () => {
    expect(parseParameters({ resourceType: 'Parameters' })).toEqual({
      kind: 'parameters',
      parameters: { resourceType: 'Parameters' },
    });
  });

  test('keeps the values, parts and resources of its parameters', () => {
    const body = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'a', valueString: 'x' },
        {
          name: 'b',
          part: [{ name: 'c', resource: { resourceType: 'Basic', id: '1' } }],
        },
      ],
    };
    expect(parseParameters(body)).toEqual({ kind: 'parameters', parameters: body });
  });

  test.each([
    ['null', null, ['Parameters']],
    ['a list', [], ['Parameters']],
    ['another resource', { resourceType: 'Patient' }, ['Parameters.resourceType']],
    ['a parameter that is no list', { resourceType: 'Parameters', parameter: {} }, ['Parameters.parameter']],
    [
      'two parameters without a name',
      { resourceType: 'Parameters', parameter: [{}, { name: '' }] },
      ['Parameters.parameter[0].name', 'Parameters.parameter[1].name'],
    ],
    [
      'a part without a name',
      { resourceType: 'Parameters', parameter: [{ name: 'a', part: [{ name: 'b' }, { valueString: 'x' }] }] },
      ['Parameters.parameter[0].part[1].name'],
    ],
    [
      'a resource without a type',
      { resourceType: 'Parameters', parameter: [{ name: 'a', resource: { id: '1' } }] },
      ['Parameters.parameter[0].resource.resourceType'],
    ],
  ])('%s is refused with the path of the fault', (_, body, expressions) => {
    expect(faultsOf(body)).toEqual(expressions);
  });

  test('that is faulty gets errors that name the type found and the type expected', () => {
    const parsed = parseParameters({
      resourceType: 'Parameters',
      parameter: [{ resource: {} }, { name: '', part: null }, { name: 'a', part: {} }],
    });
    expect(parsed.kind === 'faulty' && parsed.faults.map(({ diagnostics }) => diagnostics)).toEqual([
      'is missing; string expected',
      'is missing; string expected',
      'must not be empty',
      'is null; array expected',
      'is object; array expected',
    ]);
  });

  test('is faulty or not, whatever its elements are', () => {
    const scrap = fc.constantFrom(undefined, null, '', 'a', 0, true, [], {}, [[]], [{}], { name: 'a' });
    const resource = fc.oneof(scrap, fc.record({ resourceType: scrap }));
    const { parameter } = fc.letrec((tie) => ({
      parameter: fc.oneof(
        { depthSize: 'small' },
        scrap,
        fc.record({ name: fc.oneof(fc.constant('a'), scrap), resource }, { requiredKeys: [] }),
        fc.record({ name: fc.constant('a'), part: fc.array(tie('parameter'), { maxLength: 3 }) }),
      ),
    }));
    const body = fc.record({
      resourceType: fc.oneof(fc.constant('Parameters'), scrap),
      parameter: fc.oneof(scrap, fc.array(parameter, { maxLength: 3 })),
    });
    const kinds = new Set<string>();
    // It throws where its two looks at a resource do not agree.
    fc.assert(
      fc.property(body, (given) => void kinds.add(parseParameters(given).kind)),
      { numRuns: 1000 },
    );
    expect(kinds.size).toBe(2);
  });
});
