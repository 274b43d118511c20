import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Scalar } from 'yaml';
import { FileFaultError } from './errors.js';

/** Views have a tenth of it; the converter needs stack for each level. */
const MOST_DEPTH = 500;

/**
 * A document of YAML 1.2 (https://yaml.org/spec/1.2.2/, core schema) as the text of JSON, in which numbers stand as they were
 * written. Aliases are written out.
 *
 * @param mostCharacters of the result: a few aliases of aliases can stand for billions of values
 * @throws FileFaultError
 */
export function yamlAsJson(text: string, mostCharacters: number): string {
  const lines = new LineCounter();
  const faultAt = (offset: number, reason: string): FileFaultError =>
    new FileFaultError(reason, { line: lines.linePos(offset).line, column: lines.linePos(offset).col });
  const document = parseYaml(text, lines);
  const [fault] = [...document.errors, ...document.warnings];
  if (fault?.code === 'MULTIPLE_DOCS')
    throw faultAt(fault.pos[0], 'is a second document: a file holds one view');
  if (fault !== undefined) {
    // The parser is recursive, and takes the end of its stack for a fault of the text.
    const isDeep = fault.message.includes('call stack');
    throw faultAt(fault.pos[0], isDeep ? 'is nested too deeply' : fault.message);
  }

  const parts: string[] = [];
  let characters = 0;
  function write(part: string, { range }: Node): void {
    characters += part.length;
    if (characters > mostCharacters)
      throw faultAt(
        range?.[0] ?? 0,
        `makes the view longer than ${mostCharacters} characters of JSON, with its aliases`,
      );
    parts.push(part);
  }
  /** By name; the latest one before an alias is meant. */
  const anchors = new Map<string, Node>();
  function writeNode(node: Node, depth: number, isAliased: boolean): void {
    const start = node.range?.[0] ?? 0;
    if (depth > MOST_DEPTH) throw faultAt(start, `is nested deeper than ${MOST_DEPTH} levels`);
    if (isAlias(node)) {
      const meant = anchors.get(node.source);
      if (meant === undefined) throw faultAt(start, `*${node.source} refers to no anchor before it`);
      writeNode(meant, depth + 1, true);
      return;
    }
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined && !isAliased) anchors.set(anchor, node);
    if (isScalar(node)) write(scalarText(node, faultAt), node);
    else if (isMap(node)) {
      const names = new Set<string>();
      write('{', node);
      for (const { key, value } of node.items) {
        // The parser was told to refuse other keys.
        const name = key as Scalar<string>;
        if (names.has(name.value))
          throw faultAt(
            name.range?.[0] ?? start,
            `has ${JSON.stringify(name.value)} twice in one object: remove one`,
          );
        write(`${names.size === 0 ? '' : ','}${JSON.stringify(name.value)}:`, name);
        names.add(name.value);
        if (value === null) write('null', name);
        else writeNode(value as Node, depth + 1, isAliased);
      }
      write('}', node);
    } else if (isSeq<Node>(node)) {
      write('[', node);
      for (const [at, item] of node.items.entries()) {
        if (at > 0) write(',', item);
        writeNode(item, depth + 1, isAliased);
      }
      write(']', node);
    }
  }
  if (document.contents === null) return 'null';
  writeNode(document.contents, 0, false);
  return parts.join('');
}

/** Parses a document; its faults are in it. */
export function parseYaml(text: string, lineCounter: LineCounter): Document<Node> {
  // Repeated keys are found above: the parser compares each key with all others.
  const options = { uniqueKeys: false, stringKeys: true, version: '1.2', prettyErrors: false } as const;
  // A document that was parsed has nodes with places.
  return parseDocument(text, { ...options, lineCounter });
}

/** A number of JSON stands as it was written: 1.10 is not 1.1 in a view. */
function scalarText(
  { value, source, type, range }: Scalar,
  faultAt: (offset: number, reason: string) => FileFaultError,
): string {
  if (typeof value !== 'number') return JSON.stringify(value);
  if (!Number.isFinite(value)) throw faultAt(range?.[0] ?? 0, `${source} is no number of JSON`);
  const isJson = type === 'PLAIN' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(source ?? '');
  return isJson ? (source ?? '') : JSON.stringify(value);
}
