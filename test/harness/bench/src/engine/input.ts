import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { SAMPLE_TYPES, generateSample, patientsForBytes } from '@millrace/samples';

const NEWLINE = 0x0a;

/**
 * About this many bytes of NDJSON of one resource type: the beginning of `{folder}/{type}.ndjson`, repeated while the
 * file is smaller, or generated when there is no folder.
 */
export async function readInput(type: string, bytes: number, folder: string | undefined): Promise<Buffer> {
  return folder === undefined
    ? generatedInput(type, bytes)
    : fileInput(join(folder, `${type}.ndjson`), bytes);
}

async function generatedInput(type: string, bytes: number): Promise<Buffer> {
  const sampleType = SAMPLE_TYPES.find((known) => known === type);
  if (sampleType === undefined)
    throw new Error(`No sample of ${type}, expected one of ${SAMPLE_TYPES.join(', ')}`);
  const sample = { seed: 1, patients: patientsForBytes(bytes, 1, [sampleType]) };
  const chunks: Uint8Array[] = [];
  for await (const chunk of generateSample(sampleType, sample)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function fileInput(file: string, bytes: number): Promise<Buffer> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const content = Buffer.alloc(Math.min(size, bytes));
  await handle.read(content, 0, content.length, 0);
  const lines = wholeLines(content, content.length === size);
  if (lines.length === 0) throw new Error(`${file} has no whole line in its first ${bytes} bytes`);
  return Buffer.concat(Array.from({ length: Math.max(1, Math.round(bytes / lines.length)) }, () => lines));
}

/** The beginning of `input` with at most this many bytes, or one line if that is longer. */
export function firstLines(input: Buffer, bytes: number): Buffer {
  const cut = input.lastIndexOf(NEWLINE, bytes - 1);
  return input.subarray(0, (cut < 0 ? input.indexOf(NEWLINE) : cut) + 1);
}

function wholeLines(content: Buffer, complete: boolean): Buffer {
  if (complete && content.at(-1) !== NEWLINE) return Buffer.concat([content, Buffer.of(NEWLINE)]);
  return content.subarray(0, content.lastIndexOf(NEWLINE) + 1);
}
