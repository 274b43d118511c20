import { readFile } from 'node:fs/promises';
import { ProcFileError } from './errors.js';

/** A file of `/proc/{pid}`. @throws ProcFileError where there is none: no Linux, or no such process */
export async function readProcFile(
  pid: number,
  name: 'status' | 'stat' | 'io' | `task/${number}/stat`,
): Promise<string> {
  const file = `/proc/${pid}/${name}`;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProcFileError(`${file} cannot be read (${reason})`);
  }
}

/** The value of a line `name: value`, without blanks around it. @throws ProcFileError when there is no such line */
export function procField(text: string, name: string): string {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  if (line === undefined) throw new ProcFileError(`/proc says nothing about ${name}`);
  return line.slice(name.length + 1).trim();
}
