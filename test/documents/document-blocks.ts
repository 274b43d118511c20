import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { test } from '@jest/globals';

/** A block of code in a document: the language, the name behind it, the lines. */
export interface Block {
  readonly language: string;
  readonly name: string;
  readonly text: string;
}

/** The blocks of a document of `docs`, in their order. */
export function blocksOf(document: string): readonly Block[] {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs', document), 'utf8');
  return [...text.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)].map(
    ([, language = '', name = '', lines = '']) => {
      return { language, name, text: lines };
    },
  );
}

/** The blocks that a reader runs. */
export function commandsOf(document: string): readonly string[] {
  return blocksOf(document)
    .filter(({ language }) => language === 'sh')
    .map(({ text }) => text);
}

const MARK = '--- block ---';

/** Runs the blocks in one shell, against this FHIR base, and gives the output of each. */
export async function runBlocks(
  blocks: readonly string[],
  { fhirUrl, folder }: { readonly fhirUrl: string; readonly folder: string },
): Promise<readonly string[]> {
  const script = blocks
    .map((block) => block.replace('http://127.0.0.1:8080/fhir', fhirUrl))
    .join(`\necho '${MARK}'\n`);
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], { cwd: folder });
  return stdout.split(`${MARK}\n`);
}

const hasTools = spawnSync('sh', ['-c', 'command -v curl && command -v jq']).status === 0;
/** For documents whose commands use curl and jq. */
export const testWithTools: typeof test.skip = hasTools ? test : test.skip;
