/** A name between double quotes, as most engines have it. */
export function doubleQuoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A name between backquotes. */
export function backQuoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A text between single quotes. */
export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The name of a table behind that of its schema, each part of it quoted. */
export function tableName(name: string, schema: string | undefined, quote: (part: string) => string): string {
  const parts = schema === undefined ? [] : schema.split('.');
  return [...parts, name].map(quote).join('.');
}

/** `CREATE TABLE` with a line for each column. */
export function createTable(name: string, columns: readonly string[], ending = ''): string {
  return `CREATE TABLE ${name} (\n${columns.map((column) => `  ${column}`).join(',\n')}\n)${ending};\n`;
}

/** Statements of several tables, with an empty line between them. */
export function statements(parts: readonly string[]): string {
  return parts.join('\n');
}
