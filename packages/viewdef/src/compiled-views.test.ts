import { expect, test } from '@jest/globals';
import { createCompiledViews } from './compiled-views.js';
import { ViewDefinitionError } from './errors.js';

function viewOf(path: string): object {
  return { resource: 'Patient', select: [{ column: [{ name: 'value', path }] }] };
}

test('a view that was compiled is found again by its content', () => {
  const compile = createCompiledViews();
  expect(compile(viewOf('id'), {})).toBe(compile(viewOf('id'), {}));
  expect(compile(viewOf('gender'), {})).not.toBe(compile(viewOf('id'), {}));
});

test('a view is compiled for each FHIR version and each engine', () => {
  const compile = createCompiledViews();
  const compiled = [
    compile(viewOf('id'), { fhirVersion: 'R4' }),
    compile(viewOf('id'), { fhirVersion: 'R5' }),
    compile(viewOf('id'), { fhirVersion: 'R4', engine: 'fhirpath' }),
  ];
  expect(new Set(compiled).size).toBe(3);
});

test('those used last are kept as long as their texts fit', () => {
  const compile = createCompiledViews(250);
  const first = compile(viewOf('id'), {});
  compile(viewOf('gender'), {});
  expect(compile(viewOf('id'), {})).toBe(first);
  compile(viewOf('birthDate'), {});
  compile(viewOf('gender'), {});
  expect(compile(viewOf('id'), {})).not.toBe(first);
});

test('a view that is larger than all that may be kept is kept alone', () => {
  const compile = createCompiledViews(10);
  const first = compile(viewOf('id'), {});
  expect(compile(viewOf('id'), {})).toBe(first);
  compile(viewOf('gender'), {});
  expect(compile(viewOf('id'), {})).not.toBe(first);
});

test('a view with faults is refused each time', () => {
  const compile = createCompiledViews();
  for (let time = 0; time < 2; time += 1)
    expect(() => compile(viewOf('nonsense('), {})).toThrow(ViewDefinitionError);
});
