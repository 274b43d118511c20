/** A line within a comment. */
export interface CommentLine {
  readonly text: string;
  /** In the SQL, from 1. */
  readonly line: number;
}

export interface SeparatedSql {
  readonly comments: readonly CommentLine[];
  /** The SQL with a space for each comment, literal and quoted name. */
  readonly code: string;
}

/** Literals, quoted names and line comments; comments of the other kind are nested, which no expression can count. */
const OPAQUE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|\/\*/g;

/** Separates the comments of an SQL text from the rest. What looks like a comment within a literal is none. */
export function separateComments(sql: string): SeparatedSql {
  const comments: CommentLine[] = [];
  let code = '';
  let done = 0;
  let line = 1;
  let counted = 0;
  OPAQUE.lastIndex = 0;
  for (let match = OPAQUE.exec(sql); match !== null; match = OPAQUE.exec(sql)) {
    const at = match.index;
    const isBlock = match[0] === '/*';
    const end = isBlock ? endOfBlock(sql, at) : at + match[0].length;
    code += `${sql.slice(done, at)} `;
    done = end;
    OPAQUE.lastIndex = end;
    const isLine = match[0].startsWith('--');
    if (!isBlock && !isLine) continue;
    line += newlinesIn(sql.slice(counted, at));
    counted = at;
    const text = isBlock ? sql.slice(at + 2, end).replace(/\*\/$/, '') : match[0].slice(2);
    for (const [index, one] of text.split('\n').entries()) comments.push({ text: one, line: line + index });
  }
  return { comments, code: code + sql.slice(done) };
}

function endOfBlock(sql: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}

function newlinesIn(text: string): number {
  return text.split('\n').length - 1;
}
