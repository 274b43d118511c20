import { isJsonObject } from '@millrace/fhir';
import type { ElementFault, Resource } from '@millrace/fhir';

type Members = Readonly<Record<string, unknown>>;

/** No answer lists more of them. The rest is not looked for. */
const MOST_FAULTS = 5;

/**
 * The faults that keep a ConceptMap from being a relation for SQL: rows could not express the map.
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 */
export function conceptMapFaults(map: Resource): readonly ElementFault[] {
  const faults: ElementFault[] = [];
  for (const fault of faultsOfMap(map)) {
    faults.push(fault);
    if (faults.length >= MOST_FAULTS) break;
  }
  return faults;
}

function* faultsOfMap(map: Resource): Generator<ElementFault> {
  for (const [group, inGroup] of listed(map['group'], 'group')) {
    if (!isText(group['source'])) yield fault(inGroup, 'has no source');
    for (const [element, inElement] of listed(group['element'], `${inGroup}.element`)) {
      yield* faultsOfCode(element, inElement);
      for (const [target, inTarget] of listed(element['target'], `${inElement}.target`)) {
        yield* faultsOfCode(target, inTarget);
        yield* faultsOfTarget(target, inTarget);
      }
    }
  }
}

/** An element or a target names one code, and no set of them. */
function* faultsOfCode(entry: Members, at: string): Generator<ElementFault> {
  if (entry['valueSet'] !== undefined) yield fault(at, 'has a valueSet, which is no code');
  else if (!isText(entry['code'])) yield fault(at, 'has no code');
}

function* faultsOfTarget(target: Members, at: string): Generator<ElementFault> {
  for (const name of ['dependsOn', 'product']) {
    if (target[name] !== undefined) yield fault(at, `has ${name}, for which there is no column`);
  }
  if (isText(target['relationship'])) return;
  yield fault(
    at,
    target['equivalence'] === undefined
      ? 'has no relationship'
      : 'has an equivalence, as in R4; expected a relationship, as in R5',
  );
}

/**
 * The faults of an expansion of a ValueSet that does not have all members. There are none for a ValueSet without an
 * expansion.
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 */
export function expansionFaults(valueSet: Resource): readonly ElementFault[] {
  const { expansion } = valueSet;
  if (!isJsonObject(expansion)) return [];
  const { offset, total } = expansion;
  // The first page of a list that is paged begins at 0, as one that is not does.
  if (typeof offset === 'number' && offset !== 0) {
    return [fault('expansion', `begins at the offset ${offset}; expected all members`)];
  }
  const entries = entriesIn(expansion['contains']);
  return typeof total === 'number' && total > entries
    ? [fault('expansion', `has ${entries} entries of ${total}; expected all members`)]
    : [];
}

/** Entries at all depths, those that are abstract among them. */
function entriesIn(contains: unknown): number {
  const pending: unknown[] = [contains];
  let entries = 0;
  while (pending.length > 0) {
    const list = pending.pop();
    if (!Array.isArray(list)) continue;
    entries += list.length;
    for (const entry of list) if (isJsonObject(entry)) pending.push(entry['contains']);
  }
  return entries;
}

function* listed(value: unknown, at: string): Generator<[entry: Members, at: string]> {
  if (!Array.isArray(value)) return;
  for (const [index, entry] of value.entries()) yield [isJsonObject(entry) ? entry : {}, `${at}[${index}]`];
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function fault(expression: string, diagnostics: string): ElementFault {
  return { expression, diagnostics };
}
