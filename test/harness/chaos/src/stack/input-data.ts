import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSample } from '@millrace/samples';
import { objectOf } from '@millrace/s3-test-server';
import type { S3TestServer } from '@millrace/s3-test-server';

const TYPES = ['Patient', 'Encounter', 'Condition', 'Observation'] as const;
const DAMAGE = '{"resourceType":"Patient","id":\n';

/** Two sources below a folder: `default`, and `damaged` with a broken line in the middle of every file. */
export async function writeInput(folder: string, sample: { seed: number; patients: number }): Promise<void> {
  const whole = join(folder, 'default');
  const damaged = join(folder, 'damaged');
  await mkdir(damaged, { recursive: true });
  for (const { file, type } of await writeSample(whole, sample, TYPES)) {
    const lines = (await readFile(file, 'utf8')).split(/(?<=\n)/);
    lines.splice(Math.floor(lines.length / 2), 0, DAMAGE);
    await writeFile(join(damaged, `${type}.ndjson`), lines.join(''));
  }
}

/** Puts the files of a folder into a bucket, under their relative paths. */
export async function fillBucket(server: S3TestServer, bucket: string, folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    server.bucket(bucket).put(file.slice(folder.length + 1), objectOf(await readFile(file)));
  }
}
