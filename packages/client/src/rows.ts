/** A row that cannot be read, or bytes that end in the middle of one. The message goes on after the name of its answer. */
export class RowFaultError extends Error {
  override readonly name = 'RowFaultError';
}

/** Most characters of one row. */
const MOST_CHARACTERS = 64 << 20;

/** Reads the text of one row. */
export type ParseRow = (text: string) => unknown;

/**
 * The rows of NDJSON as its bytes come.
 *
 * @throws RowFaultError; what the bytes reject with passes through
 */
export async function* ndjsonRows(bytes: AsyncIterable<Uint8Array>, parse: ParseRow): AsyncGenerator {
  let rest = '';
  for await (const text of textOf(bytes)) {
    const lines = text.split('\n');
    // The last one goes on in the next text.
    const last = lines.pop() ?? '';
    for (const line of lines) {
      const whole = rest + line;
      rest = '';
      if (whole.trim() !== '') yield readRow(whole, parse);
    }
    rest = added(rest, last);
  }
  if (rest.trim() !== '') yield readRow(rest, parse);
}

/**
 * The items of a JSON array as its bytes come.
 *
 * @throws RowFaultError, also when the array does not end; what the bytes reject with passes through
 */
export async function* jsonRows(bytes: AsyncIterable<Uint8Array>, parse: ParseRow): AsyncGenerator {
  // Narrowed to what it begins with otherwise.
  let state = 'before' as 'before' | 'inside' | 'behind';
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let rest = '';
  for await (const text of textOf(bytes)) {
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (isEscaped) isEscaped = false;
      else if (isText) {
        if (code === BACKSLASH) isEscaped = true;
        else if (code === QUOTE) isText = false;
      } else if (state !== 'inside') {
        if (state === 'before' && code === OPEN_LIST) state = 'inside';
        else if (!isSpace(code))
          throw new RowFaultError(`has ${shown(text.slice(at))} ${state} its list of rows`);
        start = at + 1;
      } else if (code === QUOTE) isText = true;
      else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
      else if (depth > 0 && (code === CLOSE_LIST || code === CLOSE_OBJECT)) depth -= 1;
      else if (depth === 0 && (code === COMMA || code === CLOSE_LIST)) {
        const row = rest + text.slice(start, at);
        rest = '';
        start = at + 1;
        if (code === CLOSE_LIST) state = 'behind';
        if (code === COMMA || row.trim() !== '') yield readRow(row, parse);
      }
    }
    if (state === 'inside') rest = added(rest, text.slice(start));
  }
  if (state !== 'behind') throw new RowFaultError('ends in the middle of its list of rows');
}

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      throw new RowFaultError('is not UTF-8, or ends in the middle of a character', { cause: error });
    }
  };
  for await (const chunk of bytes) yield decode(chunk);
  yield decode();
}

function added(rest: string, text: string): string {
  if (rest.length + text.length > MOST_CHARACTERS)
    throw new RowFaultError(`has a row of more than ${MOST_CHARACTERS} characters`);
  return rest + text;
}

function readRow(text: string, parse: ParseRow): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new RowFaultError('has a row that cannot be read, or ends in the middle of one', { cause: error });
  }
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
