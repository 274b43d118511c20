import { link, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateSample, patientsForBytes, writeSample } from '@millrace/samples';
import * as z from 'zod';
import { writeGzipFiles } from './gzip-files.js';

const TYPES = ['Patient', 'Encounter', 'Condition', 'Observation'] as const;
const SEED = 1;
/** Hidden, so that no source takes it for an input. */
const FACTS = '.facts.json';

export interface SourceWish {
  /** About this many bytes of NDJSON in all, before compression. */
  readonly bytes: number;
  readonly gzip: boolean;
  /** How often each file is there, as links to it, which take no room. Default: once. */
  readonly repeat?: number;
}

export interface GeneratedSource {
  /** Name of the folder, by which the services know the source. */
  readonly name: string;
  /** Bytes of NDJSON, before compression. */
  readonly bytes: number;
  /** Bytes of the files. */
  readonly storedBytes: number;
}

const factsSchema = z.object({ bytes: z.number() });

/** Finds the source in the folder of sources, or generates it: the same wish gives the same bytes. */
export async function provideSource(
  sources: string,
  wish: SourceWish,
  report: (line: string) => void,
): Promise<GeneratedSource> {
  const name = sourceName(wish);
  const folder = join(sources, name);
  if (!(await exists(folder))) {
    if (repeatOf(wish) === 1) {
      report(`generating ${name} in ${sources} …`);
      await build(sources, folder, (unfinished) => generate(unfinished, wish));
    } else {
      const once = await provideSource(sources, { ...wish, repeat: 1 }, report);
      await build(sources, folder, (unfinished) => repeat(join(sources, once.name), unfinished, wish));
    }
  }
  const { bytes } = await readFacts(folder);
  return { name, bytes, storedBytes: await sizeOf(folder) };
}

function sourceName(wish: SourceWish): string {
  const times = repeatOf(wish);
  return `seed-${SEED}-${wish.bytes}${wish.gzip ? '-gzip' : ''}${times === 1 ? '' : `-times-${times}`}`;
}

function repeatOf({ repeat = 1 }: SourceWish): number {
  return repeat;
}

/** Removes the generated sources, if they are there. */
export async function removeSources(sources: string, wishes: readonly SourceWish[]): Promise<void> {
  for (const wish of wishes) await rm(join(sources, sourceName(wish)), { recursive: true, force: true });
}

/** A folder under its name is complete: it is made under a hidden one. */
async function build(
  sources: string,
  folder: string,
  fill: (unfinished: string) => Promise<void>,
): Promise<void> {
  await mkdir(sources, { recursive: true });
  const unfinished = await mkdtemp(join(sources, '.unfinished-'));
  try {
    await fill(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function generate(folder: string, wish: SourceWish): Promise<void> {
  const sample = { seed: SEED, patients: patientsForBytes(wish.bytes, SEED, TYPES) };
  let bytes = 0;
  if (wish.gzip) {
    for (const type of TYPES) bytes += await writeGzipFiles(folder, type, generateSample(type, sample));
  } else {
    for (const file of await writeSample(folder, sample, TYPES)) bytes += file.bytes;
  }
  await writeFile(join(folder, FACTS), JSON.stringify({ bytes }));
}

/** `Patient.ndjson` becomes `Patient.000.ndjson`, `Patient.001.ndjson` and so on. */
async function repeat(once: string, folder: string, wish: SourceWish): Promise<void> {
  for (const file of (await readdir(once)).filter((name) => !name.startsWith('.'))) {
    const [type = '', ...rest] = file.split('.');
    for (let n = 0; n < repeatOf(wish); n += 1) {
      const name = [type, String(n).padStart(3, '0'), ...rest].join('.');
      await link(join(once, file), join(folder, name));
    }
  }
  const { bytes } = await readFacts(once);
  await writeFile(join(folder, FACTS), JSON.stringify({ bytes: bytes * repeatOf(wish) }));
}

async function readFacts(folder: string): Promise<z.infer<typeof factsSchema>> {
  return factsSchema.parse(JSON.parse(await readFile(join(folder, FACTS), 'utf8')));
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

async function sizeOf(folder: string): Promise<number> {
  const files = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
