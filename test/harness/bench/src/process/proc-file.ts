import { readFile } from 'node:fs/promises';
import { BenchmarkError } from '../errors.js';

/** A file of `/proc/{pid}`. @throws BenchmarkError where there is none: no Linux, or no such process */
export async function readProcFile(
  pid: number,
  name: 'status' | 'stat' | 'io' | `task/${number}/stat`,
): Promise<string> {
  const file = `/proc/${pid}/${name}`;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BenchmarkError(`${file} cannot be read (${reason}); this benchmark needs Linux`);
  }
}

/** The value of a line `name: value`, without blanks around it. @throws BenchmarkError when there is no such line */
export function procField(text: string, name: string): string {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  if (line === undefined) throw new BenchmarkError(`/proc says nothing about ${name}`);
  return line.slice(name.length + 1).trim();
}
