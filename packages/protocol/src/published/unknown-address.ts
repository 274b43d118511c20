import { didYouMean } from '@millrace/fhir';
import { OPERATIONS } from '../operations/all-operations.js';
import { DEFINITION_OPERATIONS, definitionOperationPath } from '../operations/definition-operations.js';
import { isStoredType, STORED_TYPES } from '../definitions/interactions.js';
import { operationPath } from '../operations/operation.js';
import type { Level, OperationDeclaration } from '../operations/operation.js';

const METADATA = 'GET [base]/metadata lists what there is';
const OPERATION_ADDRESS = /^(?:\/([A-Z][A-Za-z]*)(\/[^/]+)?)?\/(\$[^/]+)\/?$/;

/**
 * The advice for an address with the form of an operation where no operation is; undefined for any other address. Such
 * an address may look like that of a resource with the id `$name`.
 *
 * @param path below the FHIR base, such as `/ViewDefinition/$sql-run`
 */
export function misplacedOperation(path: string): string | undefined {
  const match = OPERATION_ADDRESS.exec(path);
  if (match === null) return undefined;
  const [, type, id, code = ''] = match;
  const level: Level = type === undefined ? 'system' : id === undefined ? 'type' : 'instance';
  const named = OPERATIONS.filter((operation) => operation.code === code);
  if (named.some((one) => one.levels.includes(level) && (level === 'system' || one.resourceType === type))) {
    return undefined;
  }
  const ofDefinitions = DEFINITION_OPERATIONS.filter((operation) => operation.code === code);
  const isOfDefinitions = ofDefinitions.some(
    ({ levels, resourceTypes }) =>
      levels.includes(level) && isStoredType(type) && resourceTypes.includes(type),
  );
  if (isOfDefinitions) return undefined;
  const addresses = [
    ...named.flatMap(addressesOf),
    ...ofDefinitions.flatMap((operation) =>
      operation.resourceTypes.flatMap((of) =>
        operation.levels.map((at) => inBase(definitionOperationPath(operation, of, at))),
      ),
    ),
  ];
  if (addresses.length > 0) return `${code} is not invoked here, but at ${addresses.join(' and ')}`;
  const codes = publishedCodes();
  const nearest = didYouMean(code, codes);
  const hint = nearest === '' ? `; expected one of ${codes.join(', ')}` : nearest;
  return `${JSON.stringify(code.slice(0, 100))} is not an operation here${hint}`;
}

/** The advice for an address where there is nothing. @param path below the FHIR base; undefined for one that is not */
export function unknownAddress(path: string | undefined): string {
  if (path === undefined) return 'there is nothing at this address; the FHIR base ends with /fhir';
  const last = path.split('/').findLast((segment) => segment !== '') ?? '';
  const names = ['metadata', 'export', ...STORED_TYPES, 'OperationDefinition', ...publishedCodes()];
  const nearest = names.includes(last) ? '' : didYouMean(last, names);
  return `there is nothing at this address${nearest === '' ? `; ${METADATA}` : nearest}`;
}

function publishedCodes(): readonly string[] {
  const operations = [...OPERATIONS, ...DEFINITION_OPERATIONS];
  return [...new Set(operations.map(({ code }) => code))];
}

function addressesOf(operation: OperationDeclaration): readonly string[] {
  return operation.levels.map((level) => inBase(operationPath(operation, level)));
}

function inBase(path: string): string {
  return `[base]${path.replace(':id', '{id}')}`;
}
