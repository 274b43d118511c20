import { didYouMean } from '@millrace/fhir';
import type { FhirModel } from '../model/fhir-model.js';
import type { ExpressionFault } from './fault.js';

const systemTypes: ReadonlySet<string> = new Set([
  'Boolean',
  'String',
  'Integer',
  'Long',
  'Decimal',
  'Date',
  'DateTime',
  'Time',
  'Quantity',
]);

/**
 * Checks the type that `is`, `as` or `ofType` names. A name that FHIR does not have matches nothing, or
 * resources that have it as their type, so a view with it can run. All engines know the types of FHIRPath
 * itself.
 *
 * @param name undefined where no type is written
 */
export function typeFault(name: string | undefined, model: FhirModel): ExpressionFault | undefined {
  if (name === undefined)
    return cannotRun(
      'does not name a type where one is expected; write a type without quotes, as in ofType(Quantity)',
    );
  const [, namespace, local = ''] = /^(?:(FHIR|System)\.)?(.*)$/s.exec(name) ?? [];
  const isKnown =
    (namespace !== 'System' && model.isType(local)) || (namespace !== 'FHIR' && systemTypes.has(local));
  if (isKnown) return undefined;
  if (/^null$/i.test(name))
    return cannotRun('names null, which FHIRPath does not have; write empty() or exists()');
  const reason = `names the unknown type "${name}"${didYouMean(local, [...model.types, ...systemTypes])}`;
  if (namespace !== 'System' && !local.includes('.')) return { kind: 'type', reason };
  const why = namespace === 'System' ? 'FHIRPath has no such type' : 'types are of System or FHIR';
  return cannotRun(`${reason}; ${why}, so it cannot run with handling=lenient either`);
}

/**
 * Checks the resource type that `getReferenceKey` names. It is compared with the text of references, so a
 * view with a type that FHIR does not have can run.
 *
 * @param name undefined where no type is written
 */
export function targetFault(name: string | undefined, model: FhirModel): ExpressionFault | undefined {
  const local = name?.replace(/^FHIR\./, '');
  if (local !== undefined && model.isType(local) && model.isResource(local)) return undefined;
  if (name === undefined || local === undefined)
    return cannotRun('calls getReferenceKey() with an expression; expected a resource type');
  const resources = [...model.types].filter((type) => model.isResource(type));
  const reason = `calls getReferenceKey() with "${name}"; expected a resource type${didYouMean(local, resources)}`;
  return isTypeOfReference.test(local) ? { kind: 'type', reason } : cannotRun(reason);
}

/** The form of the type in a reference that has a key. */
const isTypeOfReference = /^[A-Z][A-Za-z]*$/;

function cannotRun(reason: string): ExpressionFault {
  return { kind: 'fhirpath', reason };
}
