import { EXTENT_BYTES } from '../src/program-format';
import { Bases } from './bases';
import { Arena } from './capture-arena';
import { CopiedLines } from './copied-lines';
import { Extents } from './extents';
import { KeyTrie } from './key-trie';
import { Line } from './line';
import { OtherTypes } from './other-types';
import { Results } from './results';
import { Lines } from './lines';
import { ResourceFilter } from './resource-filter';
import { ResourceType } from './resource-type';
import { SkippedValues } from './skipped-values';
import { StructuralIndex } from './structural-index';
import { Views } from './views';

/** The first address that the kernel does not use itself. */
export function heapBase(): usize {
  return __heap_base;
}

/** Once for a program, whose parts are given by their addresses. */
export function setUp(
  trie: usize,
  views: usize,
  viewCount: u32,
  typeKey: u32,
  typeName: usize,
  filter: usize,
  bases: usize,
  baseCount: u32,
  arena: usize,
  arenaEnd: usize,
  text: usize,
  textEnd: usize,
  extents: usize,
  extentsEnd: usize,
  checksSkipped: bool,
): void {
  SkippedValues.areChecked = checksSkipped;
  OtherTypes.clear();
  KeyTrie.setUp();
  Results.setUp();
  KeyTrie.root = trie;
  Views.first = views;
  Views.count = viewCount;
  Extents.first = extents;
  Extents.end = extentsEnd;
  ResourceType.key = typeKey;
  ResourceType.name = typeName;
  ResourceFilter.filter = filter;
  ResourceFilter.views = trie;
  ResourceFilter.isAlone = viewCount == 0;
  Bases.first = bases;
  Bases.count = baseCount;
  Arena.base = arena;
  Arena.end = arenaEnd;
  Arena.textBase = text;
  Arena.textEnd = textEnd;
}

/** Indexes a chunk, which must end with a newline; `index` and `newlines` have room for four bytes per byte of it. */
export function begin(input: usize, length: u32, index: usize, newlines: usize): void {
  ResourceFilter.choose();
  const count = StructuralIndex.build(input, length, index, newlines);
  Line.input = input;
  Line.next = index;
  Line.newline = newlines;
  Lines.start = input;
  Lines.indexEnd = index + (count << 2);
}

/** Evaluates lines until there is a reason to stop: one of the `STOP_` numbers. */
export function run(): u32 {
  return Lines.run();
}

/** Decides about lines until `mostLines` or `mostBytes` are copied, and begins no line after that; stops as `run` does. */
export function copy(mostLines: u32, mostBytes: u32): u32 {
  return CopiedLines.run(mostLines, mostBytes);
}

/** The extents of the last `copy`. */
export function extentCount(): u32 {
  return <u32>((Extents.next - Extents.first) / EXTENT_BYTES);
}

/** Passes over the next line as if it were odd. */
export function skipLine(): void {
  Lines.skip();
}

/** Where the odd line begins, and where its newline is. */
export function oddFrom(): u32 {
  return <u32>(Lines.oddFrom - Line.input);
}

export function oddTo(): u32 {
  return <u32>(Lines.oddTo - Line.input);
}

/** Where the next line begins. */
export function position(): u32 {
  return <u32>(Lines.start - Line.input);
}

/** Resources of the right type that the last `run` evaluated. */
export function resourceCount(): u32 {
  return Lines.resources;
}

/** A table of the types that other resources were of since `clearOtherTypes`. */
export function otherTypes(): usize {
  return OtherTypes.table();
}

/** How many entries of the table are in use. */
export function otherTypeCount(): u32 {
  return OtherTypes.used;
}

export function clearOtherTypes(): void {
  OtherTypes.clear();
}
