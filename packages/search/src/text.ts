import { condition, fault, type Condition } from './condition.js';
import { literal } from './fhirpath-text.js';
import { unescaped } from './read-search.js';

/**
 * Text that begins with the value, or has it in it, without regard to case and accents; or that is exactly the value.
 *
 * @see https://hl7.org/fhir/R4/search.html#string
 */
export function textCondition(value: string, modifier: 'exact' | 'contains' | undefined): Condition {
  const text = unescaped(value);
  if (text.trim() === '') return fault('is empty');
  if (modifier === 'exact') return condition(`$this = ${literal(text)}`);
  const pattern = `${modifier === 'contains' ? '' : '^'}${patternOf(text)}`;
  return condition(`lower().matches(${literal(pattern)})`);
}

/** A regular expression for texts in lower case that are this one, with other accents or none. */
function patternOf(text: string): string {
  return [...text.normalize('NFD').toLowerCase().replace(MARKS, '')]
    .map((character) => {
      const variants = VARIANTS.get(character);
      if (variants !== undefined) return `[${character}${variants}]${MARKS_TEXT}`;
      return /[\p{L}\p{N}]/u.test(character) ? character : escapedInPattern(character);
    })
    .join('');
}

function escapedInPattern(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

const MARKS = /[\u0300-\u036f]/g;
const MARKS_TEXT = '[\u0300-\u036f]*';

/** The letters with accents of Latin, by their letter without. */
const VARIANTS: ReadonlyMap<string, string> = variants();

function variants(): Map<string, string> {
  const found = new Map<string, string>();
  for (let code = 0xe0; code <= 0x17f; code += 1) {
    const letter = String.fromCharCode(code);
    const bare = letter.normalize('NFD').replace(MARKS, '');
    const isLower = letter === letter.toLowerCase();
    if (isLower && /^[a-z]$/.test(bare)) found.set(bare, (found.get(bare) ?? '') + letter);
  }
  return found;
}
