import { expect, test } from '@jest/globals';
import { judge } from './testing/judge.js';

const union = (...columns: readonly object[]) => ({
  resourceType: 'ViewDefinition',
  resource: 'Observation',
  select: [{ unionAll: columns.map((column) => ({ column: [{ name: 'value', ...column }] })) }],
});
const text = { path: 'value.ofType(string)' };
const flag = { path: 'value.ofType(boolean)' };
const whole = { path: 'value.ofType(integer)' };
const amount = { path: 'value.ofType(Quantity).value' };
const moment = { path: 'value.ofType(dateTime)' };

test.each([
  ['text and a truth value', text, flag, 'yields boolean, and the first branch string'],
  ['a number and text', amount, text, 'yields string, and the first branch decimal'],
  ['a number and a moment', whole, moment, 'yields dateTime, and the first branch integer'],
  ['what is declared and what is found', { ...text, type: 'string' }, flag, 'yields boolean'],
])('branches that give a column %s are refused, or doubted', (_, first, second, why) => {
  const expression = 'ViewDefinition.select[0].unionAll[1].column[0].path';
  const found = [{ kind: 'type', expression, diagnostics: expect.stringContaining(why) }];
  expect(judge(union(first, second)).refused).toEqual(found);
  expect(judge(union(first, second), { checks: 'lenient' }).warnings).toEqual(found);
});

test.each([
  ['text and a moment, which is text', text, moment],
  ['two kinds of number', whole, amount],
  ['a type that is not known', text, { path: 'value' }],
])('branches may give a column %s', (_, first, second) => {
  expect(judge(union(first, second))).toEqual({ refused: [], warnings: [] });
});
