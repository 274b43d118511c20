/** A value within a JSON text, from `from` up to `to`. */
export interface JsonSpan {
  readonly from: number;
  readonly to: number;
}

/** A property of an object in a JSON text, with the place of its value. */
export interface JsonMember extends JsonSpan {
  readonly name: string;
}

/**
 * The properties of an object, in the order of the text.
 *
 * @param text valid JSON
 * @param at where the value begins; a value that is no object has none
 */
export function jsonMembers(text: string, at = startOfValue(text, 0)): readonly JsonMember[] {
  const members: JsonMember[] = [];
  if (text[at] !== '{') return members;
  for (let place = startOfValue(text, at + 1); text[place] === '"'; place = behindComma(text, place)) {
    const end = endOfText(text, place);
    const from = startOfValue(text, startOfValue(text, end) + 1);
    const to = endOfValue(text, from);
    const written = text.slice(place + 1, end - 1);
    const name = written.includes('\\') ? String(JSON.parse(`"${written}"`)) : written;
    members.push({ name, from, to });
    place = to;
  }
  return members;
}

/** The entries of a list; none for another value. @param text valid JSON */
export function* jsonItems(text: string, at: number): Generator<JsonSpan> {
  if (text[at] !== '[') return;
  let from = startOfValue(text, at + 1);
  while (from < text.length && text[from] !== ']') {
    const to = endOfValue(text, from);
    yield { from, to };
    from = behindComma(text, to);
  }
}

const SPACE = /[\t\n\r ]*/y;
const SCALAR = /[^\t\n\r ,\]}]*/y;
const STRUCTURE = /["{}[\]]/g;

function startOfValue(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

function behindComma(text: string, at: number): number {
  const next = startOfValue(text, at);
  return text[next] === ',' ? startOfValue(text, next + 1) : next;
}

function endOfValue(text: string, at: number): number {
  if (text[at] === '"') return endOfText(text, at);
  if (text[at] !== '{' && text[at] !== '[') {
    SCALAR.lastIndex = at;
    SCALAR.exec(text);
    return SCALAR.lastIndex;
  }
  let depth = 0;
  STRUCTURE.lastIndex = at;
  for (let match = STRUCTURE.exec(text); match !== null; match = STRUCTURE.exec(text)) {
    const [token] = match;
    if (token === '"') {
      STRUCTURE.lastIndex = endOfText(text, match.index);
      continue;
    }
    depth += token === '{' || token === '[' ? 1 : -1;
    if (depth === 0) return match.index + 1;
  }
  return text.length;
}

/** Behind the closing quote, which has an even number of backslashes before it. */
function endOfText(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let first = quote;
    while (text[first - 1] === '\\') first -= 1;
    if ((quote - first) % 2 === 0) return quote + 1;
  }
  return text.length;
}
