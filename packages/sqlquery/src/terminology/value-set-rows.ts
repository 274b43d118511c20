import { isJsonObject } from '@millrace/fhir';
import type { ElementFault } from '@millrace/fhir';
import { isElementFault, readTexts } from './read-texts.js';
import type { Members } from './read-texts.js';
import type { TerminologyRow } from './relation.js';

/** An entry of an expansion, and the row that it gives. */
export interface ExpansionEntry {
  /** Undefined for an entry that groups others, and for one without system or code. */
  readonly row: TerminologyRow | undefined;
  readonly fault?: ElementFault;
}

/**
 * The entries of an expansion at all depths, in the order in which they are written.
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 *
 * @param contains `ValueSet.expansion.contains`
 */
export function* expansionEntries(contains: unknown): Generator<ExpansionEntry> {
  interface Level {
    readonly list: readonly unknown[];
    readonly at: string;
    next: number;
  }
  const levels: Level[] = [];
  const enter = (list: unknown, at: string): void => {
    if (Array.isArray(list)) levels.push({ list, at, next: 0 });
  };
  enter(contains, 'expansion.contains');
  // A list in place of a recursion: the depth is that of a resource from elsewhere.
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    if (level.next >= level.list.length) {
      levels.pop();
      continue;
    }
    const at = `${level.at}[${level.next}]`;
    const entry = level.list[level.next];
    level.next += 1;
    if (!isJsonObject(entry)) {
      yield { row: undefined, fault: { expression: at, diagnostics: 'is no object' } };
      continue;
    }
    yield entryOf(entry, at);
    enter(entry['contains'], `${at}.contains`);
  }
}

function entryOf(entry: Members, at: string): ExpansionEntry {
  const { abstract, inactive = null } = entry;
  if (abstract === true) return { row: undefined };
  if (inactive !== null && typeof inactive !== 'boolean') {
    const diagnostics = `is a ${typeof inactive}; expected a boolean`;
    return { row: undefined, fault: { expression: `${at}.inactive`, diagnostics } };
  }
  const texts = readTexts(entry, ['system', 'version', 'code', 'display'], at);
  if (isElementFault(texts)) return { row: undefined, fault: texts };
  const { system, version, code, display } = texts;
  if (system === null || code === null) return { row: undefined };
  return { row: [system, version, code, display, inactive] };
}
