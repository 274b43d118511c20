import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Model } from 'fhirpath';
import type { FhirVersion } from '../compiled-view.js';

/** An element as a FHIR version defines it. */
interface DefinedElement {
  /** Type code, or the name of a type of FHIRPath: `System.String`. */
  readonly code: string;
  /** Types that a Reference element may point to. */
  readonly targets?: readonly string[];
}

/** The tables of a FHIR version. The package of fhirpath.js brings them. */
export interface ModelTables {
  /** Codes of the types that a choice element may have, by its path. */
  readonly choiceTypePaths: Readonly<Record<string, readonly string[]>>;
  /** The path that has the content of another one: `Questionnaire.item.item` is `Questionnaire.item`. */
  readonly pathsDefinedElsewhere: Readonly<Record<string, string>>;
  readonly type2Parent: Readonly<Record<string, string>>;
  readonly availableTypes: ReadonlySet<string>;
  /** The element at a path, which begins with a type. */
  elementAt(path: string): DefinedElement | undefined;
  /** The paths of all elements, with their type codes. */
  everyElement(): Iterable<readonly [path: string, code: string]>;
  /** As fhirpath.js wants them. */
  whole(): WholeTables;
}

type WholeTables = Model & { readonly availableTypes: ReadonlySet<string> };

type StoredElement = string | { readonly code: string; readonly refType: readonly string[] };

const require = createRequire(import.meta.url);

/**
 * Reads the tables of a version. Of the large one, with 8,000 elements of R4, only the types that are asked for are parsed: all of it
 * takes 20 ms, and a small run altogether 150.
 */
export function readModelTables(version: FhirVersion): ModelTables {
  const name = `fhirpath/fhir-context/${version.toLowerCase()}`;
  const folder = dirname(require.resolve(name));
  const textOf = (table: string): string => readFileSync(join(folder, `${table}.json`), 'utf8');
  const type2Parent = JSON.parse(textOf('type2Parent')) as Record<string, string>;
  const elements = textOf('path2Type');
  const byType = new Map<string, Readonly<Record<string, StoredElement>>>();
  // The package declares a part of the tables; every model has them all.
  const whole = (): WholeTables => require(name) as WholeTables;
  return {
    choiceTypePaths: JSON.parse(textOf('choiceTypePaths')) as ModelTables['choiceTypePaths'],
    pathsDefinedElsewhere: JSON.parse(textOf('pathsDefinedElsewhere')) as Record<string, string>,
    type2Parent,
    availableTypes: new Set([...Object.keys(type2Parent), ...Object.values(type2Parent)]),
    elementAt(path) {
      const [type = ''] = path.split('.', 1);
      const ofType = byType.get(type) ?? elementsOf(elements, type);
      if (ofType === undefined) return undefined;
      byType.set(type, ofType);
      const stored = Object.hasOwn(ofType, path) ? ofType[path] : undefined;
      if (typeof stored !== 'object') return stored === undefined ? undefined : { code: stored };
      return { code: stored.code, targets: stored.refType };
    },
    everyElement: () => Object.entries(whole().path2Type),
    whole,
  };
}

/**
 * The elements of a type; undefined for a name that is none: views may use any number of these, and none is kept.
 *
 * @param table JSON of an object with a path in each line of two spaces, sorted: those of a type follow each other
 */
function elementsOf(table: string, type: string): Readonly<Record<string, StoredElement>> | undefined {
  const start = `\n  "${type}.`;
  const first = table.indexOf(start);
  if (first < 0) return undefined;
  const next = table.indexOf('\n  "', table.lastIndexOf(start) + start.length);
  const entries = table.slice(first, next < 0 ? table.lastIndexOf('}') : next).trimEnd();
  return JSON.parse(`{${entries.replace(/,$/, '')}}`) as Record<string, StoredElement>;
}
