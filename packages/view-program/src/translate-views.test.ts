import { describe, expect, test } from '@jest/globals';
import { compileView } from '@millrace/viewdef';
import type { ViewPlan } from '@millrace/viewdef';
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
  return 'declined' in translation ? translation.declined : undefined;
}

const ids = planOf([{ path: 'id' }]);

describe('a pass is declined with the reason', () => {
  test('from the ninth view', () => {
    expect(reasonFor(...times(8, () => ids))).toBeUndefined();
    expect(reasonFor(...times(9, () => ids))).toBe('the scan does not cover a pass of 9 views');
  });

  test('when it has no view', () => {
    expect(reasonFor()).toBe('the scan does not cover a pass of 0 views');
  });

  test('when its views are about several resource types', () => {
    expect(reasonFor(ids, planOf([{ path: 'id' }], 'Group'))).toBe(
      'the scan does not cover several resource types',
    );
  });

  test('from the 513th column of a view', () => {
    const wide = (count: number): ViewPlan => planOf(times(count, () => ({ path: 'id' })));
    expect(reasonFor(wide(512))).toBeUndefined();
    expect(reasonFor(ids, wide(513))).toBe('the scan does not cover more than 512 columns');
  });

  // The resource type is always read.
  test('from the 65th key that is read of one object, by all views together', () => {
    const keys = (from: number, count: number): ViewPlan =>
      planOf(times(count, (index) => ({ path: `key${from + index}` })));
    expect(reasonFor(keys(0, 63))).toBeUndefined();
    expect(reasonFor(keys(0, 63), keys(0, 63))).toBeUndefined();
    expect(reasonFor(keys(0, 64))).toBe('the scan does not cover more than 64 keys of one object');
    expect(reasonFor(keys(0, 40), keys(40, 24))).toBe(
      'the scan does not cover more than 64 keys of one object',
    );
  });

  test.each([
    ['a quote', 'a"b', '"a\\"b"'],
    ['a backslash', 'a\\\\b', '"a\\\\b"'],
    ['a slash', 'a/b', '"a/b"'],
    ['a newline', 'a\\nb', '"a\\nb"'],
    ['a tab', 'a\\tb', '"a\\tb"'],
  ])('when a key has %s, which JSON may escape', (_, key, told) => {
    expect(reasonFor(planOf([{ path: `\`${key}\`` }]))).toBe(`the scan does not cover the key ${told}`);
  });

  test('not when a key has other letters', () => {
    expect(reasonFor(planOf([{ path: '`größe 1`' }]))).toBeUndefined();
  });

  test('when a cell would be an object', () => {
    expect(reasonFor(planOf([{ path: 'name', collection: true }]))).toBe(
      'the scan does not cover column "c0" of type HumanName',
    );
  });

  test('when only fhirpath.js evaluates a path', () => {
    const path = "name.family.matches('^A')";
    expect(reasonFor(planOf([{ path }]))).toBe(
      `the scan does not cover "${path}", which only fhirpath.js evaluates`,
    );
  });
});
