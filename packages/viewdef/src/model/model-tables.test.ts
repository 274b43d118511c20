import { expect, test } from '@jest/globals';
import { readModelTables } from './model-tables.js';

test.each(['R4', 'R5'] as const)('%s has the same elements type by type as in the whole table', (version) => {
  const tables = readModelTables(version);
  const whole = tables.whole() as unknown as {
    path2Type: Record<string, string>;
    path2TypeWithoutElements: Record<string, string>;
    path2RefType: Record<string, readonly string[] | undefined>;
  };
  const paths = Object.keys(whole.path2Type);
  expect(paths.length).toBeGreaterThan(8000);
  const differing = paths.filter((path) => {
    const { code, targets } = tables.elementAt(path) ?? {};
    return code !== whole.path2Type[path] || String(targets) !== String(whole.path2RefType[path]);
  });
  expect(differing).toEqual([]);
  expect([...tables.everyElement()].length).toBe(paths.length);
  expect(new Set(tables.availableTypes)).toEqual(tables.whole().availableTypes);
});

test('a path without an element has none, whatever objects inherit', () => {
  const tables = readModelTables('R4');
  const paths = ['Patient.nothing', 'Nothing.id', 'constructor', 'toString.name', '', 'Patient'];
  expect(paths.map((path) => tables.elementAt(path))).toEqual(paths.map(() => undefined));
});
