import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A block of code of the README of the client: its language, its file, its lines. */
export interface ReadmeBlock {
  readonly language: string;
  readonly file: string;
  readonly text: string;
}

export function readmeBlocks(): readonly ReadmeBlock[] {
  const text = readFileSync(resolve(import.meta.dirname, '../../packages/client/README.md'), 'utf8');
  return [...text.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)].map(
    ([, language = '', file = '', lines = '']) => ({
      language,
      file,
      text: lines,
    }),
  );
}
