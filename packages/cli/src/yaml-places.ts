import { LineCounter, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node } from 'yaml';
import type { TextPlace } from './errors.js';
import { parseYaml } from './yaml-as-json.js';

/**
 * Finds elements in a document of YAML that was read: one that an alias stands for is where its anchor is. The document is
 * parsed again when the first one is asked for, because most views have no fault.
 *
 * @returns a function of the FHIRPath of an element, such as `ViewDefinition.select[0].column[2].path`: its place, or that of
 *   the innermost element around it that is there; undefined in an empty document
 */
export function yamlPlaces(text: string): (expression: string) => TextPlace | undefined {
  let parsed: { document: ReturnType<typeof parseYaml>; lines: LineCounter } | undefined;
  return (expression) => {
    if (parsed === undefined) {
      const lines = new LineCounter();
      parsed = { document: parseYaml(text, lines), lines };
    }
    const { document, lines } = parsed;
    let node: Node | undefined = document.contents ?? undefined;
    let offset = node?.range?.[0];
    for (const [, name, index] of expression.matchAll(/\.([A-Za-z]\w*)|\[(\d+)\]/g)) {
      if (isAlias(node)) node = node.resolve(document);
      if (isMap<Node, Node>(node) && name !== undefined) {
        const pair = node.items.find(({ key }) => isScalar(key) && key.value === name);
        if (pair === undefined) break;
        offset = pair.key.range?.[0];
        node = pair.value ?? undefined;
      } else if (isSeq<Node>(node) && index !== undefined) {
        node = node.items[Number(index)];
        if (node === undefined) break;
        offset = node.range?.[0];
      } else break;
    }
    if (offset === undefined) return undefined;
    const { line, col: column } = lines.linePos(offset);
    return { line, column };
  };
}
