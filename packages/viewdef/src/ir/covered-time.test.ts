import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../cell.js';
import { compileView } from '../compile-view.js';
import type { EngineChoice } from '../compiled-view.js';

type Elements = Readonly<Record<string, unknown>>;

function evaluate(path: string, elements: Elements, engine: EngineChoice): readonly Cell[] | 'a fault' {
  const column = [{ name: 'value', path, collection: true }];
  const constant = [{ name: 'whole', valueDecimal: 1 }];
  const view = compileView({ resource: 'Observation', constant, select: [{ column }] }, { engine });
  let cell: Cell = null;
  try {
    view.evaluate({ resourceType: 'Observation', ...elements }, ([first]) => {
      cell = first ?? null;
    });
  } catch {
    return 'a fault';
  }
  return cell ?? [];
}

function isCovered(path: string): boolean {
  const view = { resource: 'Observation', select: [{ column: [{ name: 'c', path }] }] };
  return compileView(view).engine.outside.length === 0;
}

const instant = { effectiveInstant: '2024-01-31T10:00:00.5Z' };
const period = { effectivePeriod: { start: '2024' } };

describe('generated code gives the result of fhirpath.js', () => {
  test.each<[string, Elements, readonly Cell[] | 'a fault']>([
    ['effective > @2024-01-31T10:00:00.3Z', instant, [true]],
    ['@2024-01-31T10:00:00.3Z > effective', instant, [false]],
    ['effective <= @2024-01-31', instant, []],
    ['effective = @2024-01-31T10:00:00.50Z', instant, [true]],
    ['effective > @2024', {}, []],
    ['effective > @2024', period, 'a fault'],
    ['effective > issued', period, []],
    ['effective = @2024', period, [false]],
    ['effective != @2024', period, [true]],
    ['effective = issued', period, []],
    ['effective != issued', { ...period, issued: '2024-01-31T10:00:00Z' }, [true]],
    ['value < @T10:00', { valueTime: '09:59:59.9' }, [true]],
    ['value < @T10:00', { valueString: '09:00' }, 'a fault'],
    ['value = @2024-01-01', { valueString: '2024-01-01' }, [false]],
    ['value = @2024-01-01', { valueInteger: 2024 }, [false]],
    ['component.first().value = @2024', { component: [{ valueDateTime: '2024' }] }, [true]],
  ])('for the choice of %s over %j', (path, elements, expected) => {
    expect(isCovered(path)).toBe(true);
    expect(evaluate(path, elements, 'codegen')).toEqual(expected);
    expect(evaluate(path, elements, 'fhirpath')).toEqual(expected);
  });

  test.each<[string, readonly Cell[]]>([
    ['effective.ofType(instant) + 1 month', ['2024-02-29T10:00:00.5Z']],
    ['effective.ofType(instant) - -2.9 days', ['2024-02-02T10:00:00.5Z']],
    ["(effective.ofType(instant) - 30 'min') < @2024-01-31T09:30:00.51Z", [true]],
    ['@2024-12-31 + 1 day', ['2025-01-01']],
    ['@T23:59:59 + 1 second', ['00:00:00']],
    ['issued + 1 day', []],
  ])('for the duration in %s', (path, expected) => {
    expect(isCovered(path)).toBe(true);
    expect(evaluate(path, instant, 'codegen')).toEqual(expected);
    expect(evaluate(path, instant, 'fhirpath')).toEqual(expected);
  });

  test.each<[string, readonly Cell[]]>([
    ['%whole.lowBoundary()', [0.5]],
    ['(1.5 + 0.5).highBoundary()', [2.5]],
    ['(-1.50).lowBoundary()', [-1.505]],
    ['valueQuantity.value.lowBoundary()', [0.95]],
    ['(valueQuantity.value + 0).lowBoundary()', [0.5]],
    ['iif(true, 2.5, valueQuantity.value).lowBoundary()', [2.45]],
    ['valueQuantity.value.where($this.lowBoundary() > 0.9).highBoundary()', [1.05]],
  ])('for the places that are bounded in %s', (path, expected) => {
    expect(evaluate(path, { valueQuantity: { value: 1 } }, 'auto')).toEqual(expected);
    expect(evaluate(path, { valueQuantity: { value: 1 } }, 'fhirpath')).toEqual(expected);
  });
});

test('an addition to text that is not a date is a fault that says so', () => {
  const column = [{ name: 'c', path: 'issued + 1 day' }];
  const view = compileView({ resource: 'Observation', select: [{ column }] });
  expect(() => view.evaluate({ resourceType: 'Observation', issued: 5 }, () => undefined)).toThrow(
    'adds a duration to a number; expected a date',
  );
});
