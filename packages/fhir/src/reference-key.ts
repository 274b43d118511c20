import { behindBase } from './own-bases.js';
import type { OwnBases } from './own-bases.js';

/** The id of the resource that a reference points to, if it is one of the target type, or of any type without one. */
export type ReferenceKey = (reference: unknown, target: string | undefined) => string | undefined;

const TYPE = '[A-Z][A-Za-z]*';
const ID = String.raw`[A-Za-z0-9\-.]{1,64}`;
const RELATIVE = new RegExp(`^${TYPE}/${ID}(?:/_history/${ID})?$`);
const AT_END = new RegExp(`(?:^|/)(${TYPE}/${ID}(?:/_history/${ID})?)$`);

/**
 * Makes the function that gives keys: of `Patient/123` and `Patient/123/_history/4`, and of the same behind a base of the
 * source. References behind another base are to resources of somebody else, who may have given out the same id; like
 * `#contained`, `urn:uuid:…` and searches they have no key.
 *
 * @see https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-ViewDefinition-notes.html
 */
export function createReferenceKey(bases: OwnBases): ReferenceKey {
  const relativeTo = bases === 'any' ? atEnd : (text: string) => relativeOf(text, bases);
  return (reference, target) => {
    if (typeof reference !== 'string') return undefined;
    const relative = RELATIVE.test(reference) ? reference : relativeTo(reference);
    if (relative === undefined) return undefined;
    const slash = relative.indexOf('/');
    if (target !== undefined && (slash !== target.length || !relative.startsWith(target))) return undefined;
    const end = relative.indexOf('/', slash + 1);
    return relative.slice(slash + 1, end < 0 ? undefined : end);
  };
}

function relativeOf(text: string, bases: readonly string[]): string | undefined {
  const relative = behindBase(text, bases);
  return relative !== undefined && RELATIVE.test(relative) ? relative : undefined;
}

/** After any base. A search may have a reference at its end. */
function atEnd(text: string): string | undefined {
  return /[?#]/.test(text) ? undefined : AT_END.exec(text)?.[1];
}
