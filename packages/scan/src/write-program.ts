import type { MemoryLayout } from './memory-layout.js';
import type { ScanLevel, ScanProgram, ScanStep, ScanView } from './program.js';
import * as format from './program-format.js';
import type { ProgramMemory } from './program-memory.js';
import { writeFilter } from './write-filter.js';
import { writeInstruction, writeText } from './write-instruction.js';
import { writeTrie } from './write-trie.js';

/** Addresses with which the kernel is set up. */
export interface WrittenProgram {
  readonly trie: number;
  readonly views: number;
  readonly typeKey: number;
  readonly typeName: number;
  readonly filter: number;
  readonly bases: number;
  readonly baseCount: number;
}

/**
 * Writes a program into the memory of the kernel.
 *
 * @throws ProgramTooLargeError
 */
export function writeProgram(
  program: ScanProgram,
  memory: ProgramMemory,
  { output, outputEnd, set, exempt }: Pick<MemoryLayout, 'output' | 'outputEnd' | 'set' | 'exempt'>,
): WrittenProgram {
  const trie = writeTrie(program, memory);
  const views = memory.reserve(program.views.length * format.VIEW_BYTES);
  const share = Math.floor((outputEnd - output) / Math.max(1, program.views.length) / 64) * 64;
  for (const [index, view] of program.views.entries()) {
    const at = views + index * format.VIEW_BYTES;
    writeView(view, at, memory);
    const start = output + index * share;
    memory.word(at + format.VIEW_OUTPUT, start);
    memory.word(at + format.VIEW_OUTPUT_END, start + share);
  }
  const typeName = writeText({ kind: format.KIND_STRING, text: program.resource }, memory);
  const filter = writeFilter(program.filter, { trie, set, exempt }, memory);
  const typeKey = program.keys.indexOf('resourceType');
  return { trie, views, typeKey, typeName, filter, ...writeBases(program.bases, memory) };
}

function writeBases(
  bases: ScanProgram['bases'] = [],
  memory: ProgramMemory,
): Pick<WrittenProgram, 'bases' | 'baseCount'> {
  if (bases === 'any') return { bases: 0, baseCount: format.ANY_BASE };
  const first = memory.reserve(bases.length * format.BASE_BYTES);
  for (const [index, { text, caseless }] of bases.entries()) {
    const at = first + index * format.BASE_BYTES;
    const content = memory.utf8(text);
    memory.word(at + format.BASE_START, memory.write(content));
    memory.word(at + format.BASE_LENGTH, content.length);
    memory.word(at + format.BASE_CASELESS, caseless);
  }
  return { bases: first, baseCount: bases.length };
}

const formats = {
  csv: format.FORMAT_CSV,
  ndjson: format.FORMAT_NDJSON,
  json: format.FORMAT_JSON,
  cells: format.FORMAT_CELLS,
  fhir: format.FORMAT_FHIR,
};

const takes = {
  text: format.TAKES_TEXT,
  boolean: format.TAKES_BOOLEAN,
  decimal: format.TAKES_DECIMAL,
  integer: format.TAKES_INTEGER,
  integer64: format.TAKES_INTEGER64,
  instant: format.TAKES_INSTANT,
};

/** The text before each cell, by address and length; for FHIR with what the cell may be. */
function labelsOf({ columns, parts }: ScanView, memory: ProgramMemory): number[] {
  const label = (text: string): [number, number] => {
    const bytes = memory.utf8(text);
    return [memory.write(bytes), bytes.length];
  };
  if (parts !== undefined) return parts.flatMap((part) => [...label(part.label), takes[part.takes]]);
  return columns.flatMap((name, at) => label(`${at === 0 ? '{' : ','}${JSON.stringify(name)}:`));
}

function writeView(view: ScanView, at: number, memory: ProgramMemory): void {
  const where = view.where.map((condition) => writeInstruction(condition, memory));
  memory.word(at + format.VIEW_FORMAT, formats[view.format]);
  memory.word(at + format.VIEW_WIDTH, view.columns.length);
  memory.word(at + format.VIEW_LABELS, memory.words(labelsOf(view, memory)));
  memory.word(at + format.VIEW_WHERE_COUNT, where.length);
  memory.word(at + format.VIEW_WHERE, memory.words(where));
  memory.word(at + format.VIEW_LEVEL, writeLevel(view.level, memory));
}

function writeLevel(level: ScanLevel, memory: ProgramMemory): number {
  const at = memory.reserve(format.LEVEL_BYTES);
  const columns = memory.reserve(level.columns.length * format.COLUMN_BYTES);
  for (const [index, column] of level.columns.entries()) {
    const place = columns + index * format.COLUMN_BYTES;
    memory.word(place + format.COLUMN_CELL, column.cell);
    memory.word(place + format.COLUMN_EXPRESSION, writeInstruction(column.expression, memory));
    memory.word(place + format.COLUMN_FLAGS, column.flags);
  }
  const steps = memory.reserve(level.steps.length * format.STEP_BYTES);
  for (const [index, step] of level.steps.entries()) {
    writeStep(step, steps + index * format.STEP_BYTES, memory);
  }
  memory.word(at + format.LEVEL_COLUMN_COUNT, level.columns.length);
  memory.word(at + format.LEVEL_COLUMNS, columns);
  memory.word(at + format.LEVEL_STEP_COUNT, level.steps.length);
  memory.word(at + format.LEVEL_STEPS, steps);
  return at;
}

function writeStep(step: ScanStep, at: number, memory: ProgramMemory): void {
  const list = (addresses: readonly number[]): void => {
    memory.word(at + format.STEP_COUNT, addresses.length);
    memory.word(at + format.STEP_LIST, memory.words(addresses));
  };
  switch (step.kind) {
    case 'forEach':
      memory.word(at + format.STEP_KIND, step.orNull ? format.STEP_FOR_EACH_OR_NULL : format.STEP_FOR_EACH);
      memory.word(at + format.STEP_LEVEL, writeLevel(step.level, memory));
      list([writeInstruction(step.path, memory)]);
      return;
    case 'union':
      memory.word(at + format.STEP_KIND, format.STEP_UNION);
      list(step.branches.map((branch) => writeLevel(branch, memory)));
      return;
    case 'repeat':
      memory.word(at + format.STEP_KIND, format.STEP_REPEAT);
      memory.word(at + format.STEP_LEVEL, writeLevel(step.level, memory));
      memory.word(at + format.STEP_START_COUNT, step.start.length);
      list([...step.start, ...step.next].map((path) => writeInstruction(path, memory)));
      return;
    default:
      step satisfies never;
  }
}
