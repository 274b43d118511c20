import { describe, expect, test } from '@jest/globals';
import { compileView } from '@millrace/viewdef';
import type { ViewPlan } from '@millrace/viewdef';
import { describeDecline } from './declined.js';
import { translateViews } from './translate-views.js';

interface Column {
  readonly path: string;
  readonly collection?: boolean;
  readonly type?: string;
}

function planOf(columns: readonly Column[], resource = 'Patient'): ViewPlan {
  const named = columns.map((column, index) => ({ name: `c${index}`, ...column }));
  return compileView({ resource, select: [{ column: named }] }).plan;
}

const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Why there is no program; undefined when there is one. */
function reasonFor(...plans: readonly ViewPlan[]): string | undefined {
  const translation = translateViews(plans, 'csv');
  return 'declines' in translation ? translation.declines.map(describeDecline).join('; ') : undefined;
}

const ids = planOf([{ path: 'id' }]);

describe('a pass is declined with the reason', () => {
  test('from the ninth view', () => {
    expect(reasonFor(...times(8, () => ids))).toBeUndefined();
    expect(reasonFor(...times(9, () => ids))).toBe('it takes 1 to 8 views at once, not 9');
  });

  test('when it has no view', () => {
    expect(reasonFor()).toBe('it takes 1 to 8 views at once, not 0');
  });

  test('when its views are about several resource types', () => {
    expect(reasonFor(ids, planOf([{ path: 'id' }], 'Group'))).toBe(
      'it takes views of one resource type only',
    );
  });

  test('from the 513th column of a view', () => {
    const wide = (count: number): ViewPlan => planOf(times(count, () => ({ path: 'id' })));
    expect(reasonFor(wide(512))).toBeUndefined();
    expect(reasonFor(ids, wide(513))).toBe('it takes 512 columns of a view, not 513');
  });

  // The resource type is always read.
  test('from the 65th key that is read of one object, by all views together', () => {
    const keys = (from: number, count: number): ViewPlan =>
      planOf(times(count, (index) => ({ path: `key${from + index}` })));
    expect(reasonFor(keys(0, 63))).toBeUndefined();
    expect(reasonFor(keys(0, 63), keys(0, 63))).toBeUndefined();
    expect(reasonFor(keys(0, 64))).toBe('it reads at most 64 keys of one object');
    expect(reasonFor(keys(0, 40), keys(40, 24))).toBe('it reads at most 64 keys of one object');
  });

  test.each([
    ['a quote', 'a"b', '"a\\"b"'],
    ['a backslash', 'a\\\\b', '"a\\\\b"'],
    ['a slash', 'a/b', '"a/b"'],
    ['a newline', 'a\\nb', '"a\\nb"'],
    ['a tab', 'a\\tb', '"a\\tb"'],
  ])('when a key has %s, which JSON may escape', (_, key, told) => {
    expect(reasonFor(planOf([{ path: `\`${key}\`` }]))).toBe(
      `ViewDefinition.select[0].column[0].path "\`${key}\`": it does not read the key ${told}`,
    );
  });

  test('not when a key has other letters', () => {
    expect(reasonFor(planOf([{ path: '`größe 1`' }]))).toBeUndefined();
  });

  test('when a cell would be an object', () => {
    expect(reasonFor(planOf([{ path: 'name', collection: true }]))).toBe(
      'ViewDefinition.select[0].column[0].path "name": it writes no objects, such as a cell of HumanName',
    );
  });

  test('when only fhirpath.js evaluates a path', () => {
    const path = "name.family.matches('^A')";
    expect(reasonFor(planOf([{ path }]))).toBe(
      `ViewDefinition.select[0].column[0].path "${path}": only fhirpath.js has matches()`,
    );
  });
});
