import type { DefinitionType } from './definition-type.js';

const VERSION_DIGITS = 10;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** https://hl7.org/fhir/datatypes.html#id; `.` and `..` are not usable as a folder and therefore refused too. */
export function isDefinitionId(text: string): boolean {
  return ID.test(text) && text !== '.' && text !== '..';
}

export function definitionsPrefix(tenant: string, type: DefinitionType): string {
  return `${tenant}/_definitions/${type}/`;
}

/** Versions of one id sort by number, because the number has a fixed width. */
export function versionKey(tenant: string, type: DefinitionType, id: string, version: number): string {
  return `${definitionsPrefix(tenant, type)}${id}/${String(version).padStart(VERSION_DIGITS, '0')}.json`;
}

/** Undefined for an object that is not a version of a definition of this type. */
export function parseVersionKey(
  tenant: string,
  type: DefinitionType,
  key: string,
): { id: string; version: number } | undefined {
  const prefix = definitionsPrefix(tenant, type);
  if (!key.startsWith(prefix)) return undefined;
  const [id, file, ...rest] = key.slice(prefix.length).split('/');
  const digits = /^(\d{10})\.json$/.exec(file ?? '')?.[1];
  if (id === undefined || digits === undefined || rest.length > 0 || !isDefinitionId(id)) return undefined;
  return { id, version: Number(digits) };
}

/** Where it stands whether the versions of a transaction count. */
export function decisionKey(tenant: string, transaction: string): string {
  return `${tenant}/_definitions/_transactions/${transaction}.json`;
}
