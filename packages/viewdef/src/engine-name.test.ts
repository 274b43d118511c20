import { expect, test } from '@jest/globals';
import { compileView } from './compile-view.js';
import { engineName } from './engine-name.js';

const id = { name: 'id', path: 'id' };

test('fhirpath.js gets only the expressions that need it, and the view says where they are and why', () => {
  const chars = { name: 'chars', path: "id.toChars().where($this = 'a')", collection: true };
  const definition = {
    resource: 'Patient',
    where: [{ path: 'active' }, { path: "id.matches('^a')" }],
    select: [
      { column: [id, chars] },
      { forEach: 'name | contact.name', column: [{ name: 'family', path: 'family' }] },
      { repeat: ['contact', 'link.take(1)'], column: [{ name: 'link', path: 'id' }] },
    ],
  };
  const outside = [
    { element: 'ViewDefinition.where[1].path', path: "id.matches('^a')", uses: 'matches()' },
    { element: 'ViewDefinition.select[0].column[1].path', path: chars.path, uses: 'toChars()' },
    { element: 'ViewDefinition.select[1].forEach', path: 'name | contact.name', uses: '|' },
    { element: 'ViewDefinition.select[2].repeat[1]', path: 'link.take(1)', uses: 'take()' },
  ];
  expect(compileView(definition).engine).toEqual({ tier: 'codegen', outside });
  expect(compileView(definition, { engine: 'fhirpath' }).engine.tier).toBe('fhirpath');
});

test.each([
  ['codegen', {}],
  ['codegen+fhirpath', { where: [{ path: "id.matches('a')" }] }],
  ['codegen+fhirpath', { select: [{ forEach: 'name.take(1)', column: [id] }] }],
  ['codegen+fhirpath', { select: [{ repeat: ['contact.take(1)'], column: [id] }] }],
  ['codegen+fhirpath', { select: [{ column: [{ name: 'a', path: 'id.toChars()', collection: true }] }] }],
])('the name of the engine is %s for %j', (name, elements) => {
  const view = compileView({ resource: 'Patient', select: [{ column: [id] }], ...elements });
  expect(engineName(view.engine)).toBe(name);
});
