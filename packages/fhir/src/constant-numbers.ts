/**
 * JSON of FHIR in which the constants of views keep the digits of their numbers: `1.50` has another precision than `1.5`, and
 * so other boundaries. In the tree these numbers are text; ViewDefinitions are compiled from either.
 *
 * @see https://hl7.org/fhir/R4/json.html#decimal
 */

/** Numbers of constants, where they stand as properties. Within a string each quote has a backslash before it. */
const NUMBERS =
  /("value(?:Decimal|Integer64)"\s*:\s*)(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,}])/g;
/** JSON has one way only to write this character. */
const MARK = '\u0000';

/**
 * As `JSON.parse`, but for numbers in `constant` of a view that it would change: they come as text.
 *
 * @throws SyntaxError
 */
export function parseFhirJson(text: string): unknown {
  if (!text.includes('"valueDecimal"') && !text.includes('"valueInteger64"')) return JSON.parse(text);
  let count = 0;
  const marked = text.replace(NUMBERS, (all, key: string, number: string) => {
    if (String(Number(number)) === number) return all;
    count += 1;
    return String.raw`${key}"\u0000${number}"`;
  });
  if (count === 0) return JSON.parse(text);
  const tree: unknown = JSON.parse(marked);
  settle(tree);
  return tree;
}

type Members = Record<string, unknown>;

/** Takes the marks away: in constants the text is left, elsewhere the number. */
function settle(tree: unknown): void {
  const pending = [{ node: tree, isConstants: false, isConstant: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, isConstants, isConstant } = next;
    if (typeof node !== 'object' || node === null) continue;
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string' && value.startsWith(MARK)) {
        const text = value.slice(MARK.length);
        (node as Members)[key] = isConstant ? text : Number(text);
      } else {
        const isList = Array.isArray(value);
        pending.push({ node: value, isConstants: isList && key === 'constant', isConstant: isConstants });
      }
    }
  }
}

/** Decimals of constants that are text in the tree. */
const DECIMAL_TEXTS = /"valueDecimal":"(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)"/g;

/** As `JSON.stringify`, but decimals that are text in the tree are numbers again. */
export function fhirJsonText(tree: unknown): string {
  const text = JSON.stringify(tree);
  return text.includes('"valueDecimal":"') ? text.replace(DECIMAL_TEXTS, '"valueDecimal":$1') : text;
}
