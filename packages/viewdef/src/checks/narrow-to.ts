import { isAbstract } from '../model/fhir-elements.js';
import { kindOf, nameKinds, sortOf } from '../model/kinds.js';
import type { Kind, Possible, Sort } from '../model/kinds.js';
import type { TypingScope } from './typing-scope.js';

/**
 * Those items that are of a type or of one derived from it: `ofType`, `as` and `is`. A type that none of them can have is
 * reported.
 */
export function narrowTo(typeName: string, input: Possible, scope: TypingScope, operation: string): Possible {
  const code = typeName.replace(/^(?:FHIR|System)\./, '');
  if (input === 'any') return isAbstract(kindOf(code)) ? 'any' : [kindOf(code)];
  if (input.length === 0) return [];
  // Its name alone was reported.
  if (!scope.model.isType(code) && systemSorts[code] === undefined) return 'any';
  const found =
    typeName.startsWith('System.') || !scope.model.isType(code)
      ? ofSystemType(code, input)
      : ofFhirType(code, input, scope);
  if (found.length === 0) {
    const reason = `asks ${operation}(${typeName}) of ${nameKinds(input)}, which is never true`;
    return scope.report({ kind: 'type', reason });
  }
  return found.some(isUntold) ? 'any' : found;
}

function ofFhirType(code: string, input: readonly Kind[], { model }: TypingScope): readonly Kind[] {
  return input.flatMap((kind) => {
    if (model.isKindOf(kind.code, code)) return [kind];
    return isAbstract(kind) && model.isKindOf(code, kind.code) ? [kindOf(code)] : [];
  });
}

const systemSorts: Readonly<Record<string, Sort | undefined>> = {
  Boolean: 'boolean',
  String: 'text',
  Integer: 'number',
  Long: 'number',
  Decimal: 'number',
  Date: 'moment',
  DateTime: 'moment',
  Time: 'time',
  Quantity: 'quantity',
};

/** Calculated values have types of FHIRPath. Elements have those of FHIR, which are not told apart here. */
function ofSystemType(code: string, input: readonly Kind[]): readonly Kind[] {
  return input.filter((kind) => sortOf(kind) === systemSorts[code]);
}

/** An element of which only the data tells the type. A resource is one whose type the next step may name. */
function isUntold(kind: Kind): boolean {
  return isAbstract(kind) && !/Resource$/.test(kind.code);
}
