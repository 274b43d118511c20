import { dataJsonText } from '@millrace/fhir';
import type { Resource } from '@millrace/fhir';
import { inRounds } from '@millrace/threads';

/** Resources of a request as lines that engine threads share. Other requests have their turn in between. */
export async function runContent(resources: readonly Resource[]): Promise<SharedArrayBuffer> {
  const lines: Buffer[] = [];
  for await (const line of inRounds(linesOf(resources))) lines.push(line);
  const bytes = new SharedArrayBuffer(lines.reduce((sum, { length }) => sum + length, 0));
  const content = new Uint8Array(bytes);
  let at = 0;
  for (const line of lines) {
    content.set(line, at);
    at += line.length;
  }
  return bytes;
}

function* linesOf(resources: readonly Resource[]): Generator<Buffer> {
  for (const resource of resources) yield Buffer.from(`${dataJsonText(resource)}\n`);
}
