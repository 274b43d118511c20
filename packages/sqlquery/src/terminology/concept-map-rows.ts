import { isJsonObject } from '@millrace/fhir';
import type { ElementFault, Resource } from '@millrace/fhir';
import { isElementFault, readTexts } from './read-texts.js';
import type { Members } from './read-texts.js';
import type { TerminologyRow } from './relation.js';

/**
 * The rows of a ConceptMap for which `conceptMapFaults` finds nothing: one for each target, and one without target for each
 * element with `noMap`.
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 */
export function* conceptMapRows(map: Resource): Generator<TerminologyRow | ElementFault> {
  for (const [group, inGroup] of listed(map['group'], 'group')) {
    const systems = readTexts(group, ['source', 'target'], inGroup);
    if (isElementFault(systems)) {
      yield systems;
      continue;
    }
    const [sourceSystem, sourceVersion] = splitCanonical(systems.source);
    if (sourceSystem === null) {
      yield { expression: `${inGroup}.source`, diagnostics: 'has no URL of a code system' };
      continue;
    }
    const [targetSystem, targetVersion] = splitCanonical(systems.target);
    for (const [element, inElement] of listed(group['element'], `${inGroup}.element`)) {
      const source = readTexts(element, ['code', 'display'], inElement);
      if (isElementFault(source)) {
        yield source;
        continue;
      }
      const from = [sourceSystem, sourceVersion, source.code, source.display, targetSystem, targetVersion];
      for (const [target, inTarget] of listed(element['target'], `${inElement}.target`)) {
        const to = readTexts(target, ['code', 'display', 'relationship'], inTarget);
        yield isElementFault(to) ? to : [...from, to.code, to.display, to.relationship];
      }
      if (element['noMap'] === true) yield [...from, null, null, null];
    }
  }
}

/** `url|version` apart. */
function splitCanonical(canonical: string | null): [url: string | null, version: string | null] {
  if (canonical === null) return [null, null];
  const bar = canonical.indexOf('|');
  if (bar < 0) return [canonical, null];
  return [canonical.slice(0, bar) || null, canonical.slice(bar + 1) || null];
}

function* listed(value: unknown, at: string): Generator<[entry: Members, at: string]> {
  if (!Array.isArray(value)) return;
  for (const [index, entry] of value.entries()) yield [isJsonObject(entry) ? entry : {}, `${at}[${index}]`];
}
