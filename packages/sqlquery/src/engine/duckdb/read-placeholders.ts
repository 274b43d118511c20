/** The text of a statement in which each placeholder is a parameter of DuckDB. */
export interface PreparedText {
  readonly sql: string;
  /**
   * The names that DuckDB knows its parameters by, in the order of their first use. Case counts for nothing in them, and it does in
   * ours.
   */
  readonly parameters: ReadonlyMap<string, string>;
  /** Offsets in the given text: the beginning of its first statement, and that of a second one. */
  readonly begins: readonly number[];
  /** The offset in the given text that an offset in `sql` stands for. Both count UTF-16 units. */
  original(offset: number): number;
}

export interface PlaceholderFault {
  readonly message: string;
  /** In the given text, in UTF-16 units. */
  readonly offset: number;
}

/**
 * Writes `:name` as a parameter of DuckDB, outside of literals, quoted names and comments. A colon is also part of a cast, a
 * slice, a struct and a lambda: only the name of a parameter behind an operator, a keyword, a comma, an opening bracket or a
 * space makes a placeholder. What ends the statement, a semicolon with what is blank behind it, is left out.
 *
 * https://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition-SQLQuery.html
 *
 * @param typeOf the SQL type that a parameter is cast to; the empty text where it takes the type that its place asks for,
 *   and undefined where no such parameter is declared
 */
export function readPlaceholders(
  text: string,
  typeOf: (name: string) => string | undefined,
): PreparedText | PlaceholderFault {
  const parameters = new Map<string, string>();
  const shifts: Shift[] = [];
  let sql = '';
  let at = 0;
  /** The end of the last token that is neither blank nor a comment. */
  let end = 0;
  let endsWithSemicolon = false;
  const begins: number[] = [];
  /** Something begins here that is neither blank nor a comment. */
  const token = (from: number): void => {
    if (begins.length === 0 || (endsWithSemicolon && begins.length === 1)) begins.push(from);
    endsWithSemicolon = false;
  };
  while (at < text.length) {
    const passed = afterOpaque(text, at);
    if (passed > at) {
      if (!isBlank(text, at)) {
        end = sql.length + passed - at;
        token(at);
      }
      sql += text.slice(at, passed);
      at = passed;
      continue;
    }
    const [, sign = '', name = ''] = matchAt(PARAMETER, text, at) ?? [];
    if (sign === '$' || sign === '?') {
      return { message: 'a parameter is written as a colon and its name, such as :name', offset: at };
    }
    const type = sign === '' ? undefined : typeOf(name);
    if (type === undefined && sign !== '' && standsAlone(text, at)) {
      return { message: `the parameter ${name} is not declared`, offset: at };
    }
    if (type !== undefined && mayStand(text, at)) {
      const known = parameters.get(name) ?? `${name}_${parameters.size}`;
      // Behind a keyword, which would go on with it.
      const gap = /\w$/.test(sql) ? ' ' : '';
      const written = gap + (type === '' ? `$${known}` : `CAST($${known} AS ${type})`);
      shifts.push({
        from: sql.length,
        to: sql.length + written.length,
        original: at,
        end: at + 1 + name.length,
      });
      parameters.set(name, known);
      token(at);
      sql += written;
      at += 1 + name.length;
      end = sql.length;
      continue;
    }
    const character = text.charAt(at);
    if (character === ';') endsWithSemicolon = true;
    else if (character.trim() !== '') {
      end = sql.length + 1;
      token(at);
    }
    sql += character;
    at += 1;
  }
  return {
    sql: endsWithSemicolon ? sql.slice(0, end) : sql,
    parameters,
    begins,
    original: (offset) => originalOffset(offset, shifts),
  };
}

/** A stretch of the new text, and that of the given text which it stands for. */
interface Shift {
  readonly from: number;
  readonly to: number;
  readonly original: number;
  readonly end: number;
}

function originalOffset(offset: number, shifts: readonly Shift[]): number {
  let difference = 0;
  for (const shift of shifts) {
    if (offset < shift.from) break;
    if (offset < shift.to) return shift.original;
    difference = shift.end - shift.to;
  }
  return offset + difference;
}

/** `::` is a cast. A `$` within a name and a `?` within an operator are none of ours. */
const PARAMETER =
  /(:)(?!:)([A-Za-z_][A-Za-z0-9_]*)|(?<![A-Za-z0-9_$\u0080-\uffff])([$?])(?:[A-Za-z_0-9]|(?=[\s,)]|$))/y;

function matchAt(pattern: RegExp, text: string, at: number): [string, string, string] | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, colon, name, other] = match;
  return colon === undefined ? ['', other ?? '', ''] : ['', colon, name ?? ''];
}

/** Words behind which a value stands, without a space between: `WHEN:x`. */
const OPERATOR_WORD =
  /(?:^|[^A-Za-z0-9_"])(?:and|or|not|in|like|ilike|between|then|else|when|case|select|limit|offset|where|on|by|is|values|having|distinct|all)$/i;

/** Whether the colon at this place may begin a placeholder of a declared name. */
function mayStand(text: string, at: number): boolean {
  const before = text.charAt(at - 1);
  if (before === ':') return false;
  return !/[\w"'\])\u0080-\uffff]/.test(before) || OPERATOR_WORD.test(text.slice(Math.max(0, at - 12), at));
}

/** Whether it can be nothing but a placeholder: in a slice or a struct something stands in front of the colon. */
function standsAlone(text: string, at: number): boolean {
  const before = text.slice(0, at).trimEnd();
  return /[=<>+*/%|(,-]$/.test(before) || OPERATOR_WORD.test(before);
}

const isBlank = (text: string, at: number): boolean => text.startsWith('--', at) || text.startsWith('/*', at);

/** The offset behind a literal, a quoted name or a comment that begins here; the same offset where none does. */
function afterOpaque(text: string, at: number): number {
  const character = text.charAt(at);
  if (character === "'") {
    const isEscaped = /(?:^|[^A-Za-z0-9_])e$/i.test(text.slice(Math.max(0, at - 2), at));
    return afterQuoted(text, at, "'", isEscaped);
  }
  if (character === '"') return afterQuoted(text, at, '"', false);
  if (text.startsWith('--', at)) return afterLine(text, at);
  if (text.startsWith('/*', at)) return afterComment(text, at);
  if (character !== '$') return at;
  DOLLAR.lastIndex = at;
  const tag = DOLLAR.exec(text)?.[0];
  return tag === undefined ? at : orEnd(text, text.indexOf(tag, at + tag.length), tag.length);
}

/** https://duckdb.org/docs/stable/sql/data_types/literal_types */
const DOLLAR = /(?<![A-Za-z0-9_$\u0080-\uffff])\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;

/** A carriage return ends a line as well. */
function afterLine(text: string, at: number): number {
  LINE_END.lastIndex = at;
  return LINE_END.exec(text)?.index ?? text.length;
}

const LINE_END = /[\n\r]/g;

const orEnd = (text: string, found: number, length: number): number =>
  found < 0 ? text.length : found + length;

function afterQuoted(text: string, at: number, quote: string, isEscaped: boolean): number {
  for (let next = at + 1; next < text.length; next += 1) {
    const character = text.charAt(next);
    if (isEscaped && character === '\\') next += 1;
    else if (character === quote) {
      if (text.charAt(next + 1) !== quote) return next + 1;
      next += 1;
    }
  }
  return text.length;
}

/** Comments of this kind are nested. */
function afterComment(text: string, at: number): number {
  let depth = 0;
  let next = at;
  while (next < text.length) {
    if (text.startsWith('/*', next)) {
      depth += 1;
      next += 2;
    } else if (text.startsWith('*/', next)) {
      depth -= 1;
      next += 2;
      if (depth === 0) return next;
    } else next += 1;
  }
  return text.length;
}
