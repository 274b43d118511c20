import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fhirModel } from '../model/fhir-model.js';
import type { FhirModel } from '../model/fhir-model.js';
import { isAbstract } from '../model/fhir-elements.js';
import { kindOf } from '../model/kinds.js';
import type { Kind } from '../model/kinds.js';
import { judge, viewOf } from './testing/judge.js';

const VERSIONS = ['R4', 'R5'] as const;
const MOST_STEPS = 4;

interface ValidPath {
  readonly version: 'R4' | 'R5';
  readonly resource: string;
  readonly names: readonly string[];
}

/** A path of elements from a resource down; numbers choose the next one. */
function walk(version: 'R4' | 'R5', choices: readonly number[]): ValidPath {
  const model = fhirModel(version);
  const resources = [...model.types].filter((type) => model.isResource(type) && !isAbstract(kindOf(type)));
  const pick = <T>(from: readonly T[], index: number): T | undefined =>
    from[(choices[index] ?? 0) % from.length];
  const resource = pick(resources, 0) ?? 'Patient';
  const names: string[] = [];
  let kind: Kind | undefined = kindOf(resource);
  for (let step = 1; step <= MOST_STEPS && kind !== undefined; step++) {
    const name = pick(model.elements.namesOf(kind), step);
    if (name === undefined) break;
    names.push(name);
    kind = onlyKind(model, kind, name);
  }
  return { version, resource, names };
}

/** The kind that the path goes on from; undefined after a choice or an element that the model leaves open. */
function onlyKind(model: FhirModel, kind: Kind, name: string): Kind | undefined {
  const child = model.elements.childOf(kind, name);
  if (child === undefined || child === 'any' || child.length !== 1) return undefined;
  const [only] = child;
  return only === undefined || isAbstract(only) ? undefined : only;
}

const validPath = fc
  .record({
    version: fc.constantFrom(...VERSIONS),
    choices: fc.array(fc.nat(10_000), { minLength: MOST_STEPS + 1, maxLength: MOST_STEPS + 1 }),
  })
  .map(({ version, choices }) => walk(version, choices));

/** `div` is an operator too. */
function pathOf(names: readonly string[]): string {
  return names.map((name) => (name === 'div' ? '`div`' : name)).join('.');
}

/** `_` is in no name of FHIR, so a slip with it is never the name of another element. */
const slip = fc.record({ at: fc.nat(30), kind: fc.constantFrom('insert', 'replace') });

function misspell(name: string, { at, kind }: { at: number; kind: 'insert' | 'replace' }): string {
  // A leading underscore is how JSON names the sibling of a primitive.
  const index = 1 + (at % Math.max(1, name.length - 1));
  return `${name.slice(0, index)}_${name.slice(index + (kind === 'replace' ? 1 : 0))}`;
}

test('every path along elements of the model is taken', () => {
  fc.assert(
    fc.property(validPath, ({ version, resource, names }) => {
      expect(judge(viewOf(resource, pathOf(names)), { fhirVersion: version }).refused).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('misspelling any element of a valid path is refused, and the original is named', () => {
  fc.assert(
    fc.property(validPath, fc.nat(), slip, ({ version, resource, names }, which, how) => {
      const at = which % names.length;
      const original = names[at] ?? '';
      const written = pathOf(names.map((name, index) => (index === at ? misspell(name, how) : name)));
      const [issue, ...others] = judge(viewOf(resource, written), { fhirVersion: version }).refused;
      expect(others).toEqual([]);
      expect(issue).toMatchObject({ kind: 'element', expression: 'ViewDefinition.select[0].column[0].path' });
      expect(issue?.diagnostics).toContain(`"${original}"`);
    }),
    { numRuns: 300 },
  );
});
