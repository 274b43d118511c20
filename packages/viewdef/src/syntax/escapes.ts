const ESCAPES: Readonly<Record<string, string | undefined>> = { r: '\r', n: '\n', t: '\t', f: '\f' };

/** The text between the quotes of a string or a delimited name, with its escapes replaced. */
export function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|[^])/g, (_match, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code),
  );
}
