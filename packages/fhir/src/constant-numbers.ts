/**
 * JSON of FHIR in which the constants of views, the values for SQL, and the resources that a request brings along as data keep
 * the digits of their numbers: `1.50` has another precision than `1.5`, and so other boundaries. In the tree the numbers of
 * constants and values are text, because ViewDefinitions are compiled from either, and SQL takes either; those of data have a
 * mark, and `dataJsonText` writes them.
 *
 * @see https://hl7.org/fhir/R4/json.html#decimal
 */

/** Numbers of constants, where they stand as properties. Within a string each quote has a backslash before it. */
const NUMBERS =
  /("value(?:Decimal|Integer64)"\s*:\s*)(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,}])/g;
/** JSON has one way only to write this character. */
const MARK = '\u0000';

/** A string, or a number. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** A parameter of a request that has data. */
const DATA_NAME = /"name"\s*:\s*"resource"/;

/**
 * As `JSON.parse`, but for numbers that it would change in `constant` of a view and in a Parameters resource that is the
 * `resource` of a parameter, which come as text, and in the `resource` parameters of a Parameters resource, which
 * `dataJsonText` writes.
 *
 * @throws SyntaxError
 */
export function parseFhirJson(text: string): unknown {
  if (DATA_NAME.test(text)) return parseWithData(text);
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

function parseWithData(text: string): unknown {
  // Nobody but us may mark: FHIR has no such text.
  if (text.includes(String.raw`"\u0000`)) throw new SyntaxError('a text begins with U+0000');
  const marked = text.replace(TOKENS, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : String.raw`"\u0000${token}"`,
  );
  const tree: unknown = JSON.parse(marked);
  settle(tree, dataOf(tree));
  return tree;
}

/** The resources of a request that are data. */
function dataOf(tree: unknown): ReadonlySet<unknown> {
  if (!isMembers(tree) || !Array.isArray(tree['parameter'])) return new Set();
  const named = tree['parameter'].filter((one) => isMembers(one) && one['name'] === 'resource');
  return new Set(named.map((one: Members) => one['resource']));
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Members = Record<string, unknown>;

/** Takes the marks away: in constants the text is left, elsewhere the number. In `data` they stay. */
function settle(tree: unknown, data: ReadonlySet<unknown> = new Set()): void {
  const pending = [{ node: tree, isResource: false, isConstants: false, isConstant: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, isResource, isConstants, isConstant } = next;
    if (typeof node !== 'object' || node === null || data.has(node)) continue;
    const haveDigits =
      isResource && (node as Members)['resourceType'] === 'Parameters' ? 'parameter' : 'constant';
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string' && value.startsWith(MARK)) {
        const text = value.slice(MARK.length);
        (node as Members)[key] = isConstant ? text : Number(text);
      } else {
        const isList = Array.isArray(value);
        pending.push({
          node: value,
          isResource: key === 'resource',
          isConstants: isList && key === haveDigits,
          isConstant: isConstants,
        });
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

const MARKED = /"\\u0000(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)"/g;

/** The text of a resource that came as data, with its numbers as they were. */
export function dataJsonText(resource: unknown): string {
  const text = JSON.stringify(resource);
  return text.includes(String.raw`"\u0000`) ? text.replace(MARKED, '$1') : text;
}
