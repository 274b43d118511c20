import type { Model } from 'fhirpath';
import type { FhirVersion } from '../compiled-view.js';
import { typeOf, unknownType } from './element-type.js';
import type { ElementType } from './element-type.js';
import { codeOfSuffix, createFhirElements, describedAt, lowerFirst } from './fhir-elements.js';
import type { FhirElements } from './fhir-elements.js';
import { readModelTables } from './model-tables.js';
import type { ModelTables } from './model-tables.js';

/** The part of a FHIR version's structure that types an expression. */
export interface FhirModel {
  /** The element `name` of a type; unknown when the model has no such element. */
  child(parent: ElementType, name: string): ElementType;
  /** Those codes of a choice element that are `code` or derived from it, as JSON names their suffix: `Quantity`. */
  choicesOf(choices: readonly string[], code: string): readonly string[];
  /** The type of one choice. */
  choiceType(choice: string): ElementType;
  /** Whether `code` is `ancestor` or derived from it. */
  isKindOf(code: string, ancestor: string): boolean;
  isType(code: string): boolean;
  isResource(code: string): boolean;
  /** Every type of the version, abstract ones and resources too. */
  readonly types: ReadonlySet<string>;
  readonly elements: FhirElements;
  /** The tables themselves, for fhirpath.js. They have every type, for it fails at the names of others. */
  readonly tables: Model;
}

const loaded = new Map<FhirVersion, FhirModel>();

/** Loads a version's model on first use, once in a thread. */
export function fhirModel(version: FhirVersion): FhirModel {
  const known = loaded.get(version);
  if (known !== undefined) return known;
  const model = createModel(readModelTables(version));
  loaded.set(version, model);
  return model;
}

function createModel(tables: ModelTables): FhirModel {
  let whole: Model | undefined;
  const model: FhirModel = {
    get tables() {
      whole ??= withAnyType(tables.whole());
      return whole;
    },
    types: tables.availableTypes,
    elements: createFhirElements(tables),
    child: (parent, name) => childOf(tables, parent, name),
    choicesOf: (choices, code) =>
      choices.filter((choice) => model.isKindOf(codeOfSuffix(tables, choice), code)),
    choiceType: (choice) => typeOf(codeOfSuffix(tables, choice)),
    isKindOf(code, ancestor) {
      for (let type: string | undefined = code; type !== undefined; type = tables.type2Parent[type]) {
        if (type === ancestor) return true;
      }
      return false;
    },
    isType: (code) => tables.availableTypes.has(code),
    isResource: (code) => model.isKindOf(code, 'Resource'),
  };
  return model;
}

/** Which types there are was checked when the view was accepted; paths, which have dots, are told from types by it. */
function withAnyType(tables: ReturnType<ModelTables['whole']>): Model {
  const known = tables.availableTypes;
  const availableTypes = { has: (name: string) => known.has(name) || !name.includes('.') };
  return { ...tables, availableTypes } as Model; // fhirpath.js asks it for single names only
}

function childOf(tables: ModelTables, parent: ElementType, name: string): ElementType {
  if (parent.path === undefined) return unknownType;
  const own = `${parent.path}.${name}`;
  const path = tables.pathsDefinedElsewhere[own] ?? own;
  const choices = tables.choiceTypePaths[path];
  if (choices !== undefined) return { code: undefined, path: undefined, choices };
  const code = tables.elementAt(path)?.code;
  if (code === undefined) return unknownType;
  if (code === 'System.String') return typeOf(name === 'id' ? 'id' : 'string');
  if (code.startsWith('System.')) return typeOf(lowerFirst(code.slice('System.'.length)));
  return { code, path: describedAt(code, path), choices: [] };
}
