/**
 * Rows as cells, for writers of columns: the output of the scan if no text format is asked for. The kernels
 * are compiled from this file too, so it holds nothing but numeric constants. Numbers are little endian.
 *
 * A row begins with the bytes that it takes, this number included. A cell is a word, its kind in the lowest bits and
 * a length or count above, and what the length counts. Nothing is aligned.
 */
export const CELL_ROW_BYTES = 4;
export const CELL_HEAD_BYTES = 4;
export const CELL_KIND_BITS = 3;
export const CELL_KIND_MASK = 7;

export const CELL_NULL = 0;
/** UTF-8 without escapes. */
export const CELL_TEXT = 1;
/** A number as JSON spells it. */
export const CELL_NUMBER = 2;
export const CELL_TRUE = 3;
export const CELL_FALSE = 4;
/** This many cells follow, which are not lists. */
export const CELL_LIST = 5;
/** A value as the file holds it; the scan does not write these. */
export const CELL_STORED = 6;
