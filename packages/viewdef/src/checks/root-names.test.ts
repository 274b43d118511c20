import { describe, expect, test } from '@jest/globals';
import { judge } from './testing/judge.js';

const view = (more: object): object => ({
  resource: 'Patient',
  select: [{ column: [{ name: 'id', path: 'id' }] }],
  ...more,
});

describe('an element of a view that does not exist is refused, because a misspelt where would filter nothing', () => {
  test.each([
    ['wheres', 'has the unknown element "wheres"; did you mean "where"?'],
    ['Where', 'has the unknown element "Where"; did you mean "where"?'],
    ['constants', 'has the unknown element "constants"; did you mean "constant"?'],
    [
      'filter',
      'has the unknown element "filter"; the content of a view is in resource, constant, select, where',
    ],
  ])('%s', (name, diagnostics) => {
    const issues = [{ kind: 'element', expression: 'ViewDefinition', diagnostics }];
    expect(judge(view({ [name]: [{ path: 'active' }] }))).toEqual({ refused: issues, warnings: [] });
    expect(judge(view({ [name]: [] }), { checks: 'lenient' })).toEqual({ refused: [], warnings: issues });
  });

  test('and elements that describe a view are accepted', () => {
    const described = {
      resourceType: 'ViewDefinition',
      id: 'v',
      meta: { profile: ['x'] },
      language: 'en',
      text: {},
      url: 'https://x.example/v',
      version: '1',
      name: 'v',
      title: 't',
      status: 'active',
      _status: {},
      experimental: true,
      date: '2026',
      publisher: 'p',
      contact: [],
      description: 'd',
      useContext: [],
      jurisdiction: [],
      purpose: 'p',
      copyright: 'c',
      extension: [],
      contained: [],
      identifier: [],
      profile: ['p'],
      fhirVersion: ['4.0.1'],
      $schema: 's',
    };
    expect(judge(view(described))).toEqual({ refused: [], warnings: [] });
  });
});

test.each([
  ['valuecode', 'has the unknown element "valuecode"; did you mean "valueCode"?'],
  [
    'valueCoding',
    'has the unknown element "valueCoding"; a constant has the value of a primitive type, such as valueString',
  ],
])('a constant with %s is told which values there are', (name, diagnostics) => {
  const { refused } = judge(view({ constant: [{ name: 'c', [name]: 'x' }] }));
  expect(refused).toEqual([{ kind: 'constant', expression: 'ViewDefinition.constant[0]', diagnostics }]);
});

test('a faulty constant is told once, and not at each path that has it', () => {
  const faulty = {
    constant: [{ name: 'c', valueInteger: 'x' }],
    where: [{ path: 'name.family = %c' }, { path: 'active = %c' }, { path: 'active = %d' }],
  };
  expect(judge(view(faulty)).refused.map(({ expression }) => expression)).toEqual([
    'ViewDefinition.constant[0]',
    'ViewDefinition.where[2].path',
  ]);
});
