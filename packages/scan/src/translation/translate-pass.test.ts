import { expect, test } from '@jest/globals';
import { compileView } from '@millrace/viewdef';
import type { ViewPlan } from '@millrace/viewdef';
import { translatePass } from './translate-pass.js';

const planOf = (...paths: readonly string[]): ViewPlan => {
  const column = paths.map((path, index) => ({ name: `c${index}`, path }));
  return compileView({ resource: 'Patient', select: [{ column }] }).plan;
};
const keys = (from: number, count: number): ViewPlan =>
  planOf(...Array.from({ length: count }, (_, index) => `key${from + index}`));

test('all views of a pass are in one program when the scan takes them', () => {
  const { program, views, declines } = translatePass([planOf('id'), planOf('gender')], 'csv');
  expect(program?.views.length).toBe(2);
  expect({ views, declines }).toEqual({ views: [0, 1], declines: [] });
});

test('a view with expressions for fhirpath.js costs the others nothing; each such expression is named', () => {
  const outside = planOf('id', "id.matches('a')", 'name', "id in ('a' | 'b')");
  const { program, views, declines } = translatePass([planOf('id'), outside, planOf('gender')], 'csv');
  expect(program?.views.length).toBe(2);
  expect(views).toEqual([0, 2]);
  expect(declines.map(({ view, expression, reason }) => [view, expression?.path, reason])).toEqual([
    [1, "id.matches('a')", 'only fhirpath.js has matches()'],
    [1, 'name', 'it writes no objects, such as a cell of HumanName'],
    [1, "id in ('a' | 'b')", expect.stringMatching(/^only fhirpath.js has /)],
  ]);
});

test('an expression of a repeat is named once', () => {
  const view = {
    resource: 'Patient',
    select: [{ repeat: ['contact.take(1)'], column: [{ name: 'a', path: 'id' }] }],
  };
  const { program, declines } = translatePass([compileView(view).plan], 'csv');
  expect(program).toBeUndefined();
  expect(declines.map(({ expression }) => expression?.element)).toEqual([
    'ViewDefinition.select[0].repeat[0]',
  ]);
});

test('the first views that fit together are taken', () => {
  const { views, declines } = translatePass([keys(0, 40), keys(40, 40), keys(20, 40)], 'csv');
  expect(views).toEqual([0, 2]);
  expect(declines).toEqual([
    { view: 1, expression: undefined, reason: 'it reads at most 64 keys of one object' },
  ]);
});

test('a pass without a view that the scan takes has no program', () => {
  expect(translatePass([planOf('name')], 'csv')).toMatchObject({ program: undefined, views: [] });
});
