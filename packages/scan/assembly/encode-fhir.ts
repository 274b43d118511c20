import {
  KIND_FALSE,
  KIND_NUMBER,
  KIND_STRING,
  KIND_TRUE,
  PART_BYTES,
  PART_LABEL,
  PART_LABEL_LENGTH,
  PART_TAKES,
  TAKES_BOOLEAN,
  TAKES_DECIMAL,
  TAKES_INSTANT,
  TAKES_INTEGER,
  TAKES_INTEGER64,
  TAKES_TEXT,
  VALUE_KIND,
  VALUE_LENGTH,
  VALUE_START,
} from '../src/program-format';
import { Bytes } from './bytes';
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, QUOTE } from './chars';
import { EncodeJson } from './encode-json';
import { Line } from './line';
import { Output } from './output';
import { Row } from './row';

/** `,\n{"name":"row"` and `,"part":[`, which are copied by 16. */
const head: usize = memory.data<u8>(
  [0x2c, 0x0a, 0x7b, 0x22, 0x6e, 0x61, 0x6d, 0x65, 0x22, 0x3a, 0x22, 0x72, 0x6f, 0x77, 0x22, 0x20],
  16,
);
const HEAD_LENGTH: u32 = 15;
const parts: usize = memory.data<u8>(
  [0x2c, 0x22, 0x70, 0x61, 0x72, 0x74, 0x22, 0x3a, 0x5b, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20],
  16,
);
const PARTS_LENGTH: u32 = 9;

const MINUS: u32 = 0x2d;
const POINT: u32 = 0x2e;
const ZERO: u32 = 0x30;
/** All numbers with as many digits are integers of 32 bits. */
const MOST_DIGITS: u32 = 9;
/** An instant may have as many digits of a second. */
const MOST_FRACTION: u32 = 3;

/**
 * Rows as parameters of a FHIR resource, with a part for each cell that is not null.
 * https://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition-SQLRun.html
 */
export class EncodeFhir {
  static row(): void {
    let target = Output.next;
    if (!Output.fits(target, HEAD_LENGTH)) return;
    Bytes.copy(target, head, HEAD_LENGTH);
    target += HEAD_LENGTH;
    let isEmpty = true;
    let part = Row.labels;
    const width = Row.width;
    for (let i: u32 = 0; i < width; i++, part += PART_BYTES) {
      const value = Row.cell(i);
      if (!value) continue;
      const length = load<u32>(part, PART_LABEL_LENGTH);
      if (!Output.fits(target, PARTS_LENGTH + length)) return;
      if (isEmpty) {
        Bytes.copy(target, parts, PARTS_LENGTH);
        target += PARTS_LENGTH;
      } else store<u8>(target++, COMMA);
      isEmpty = false;
      Bytes.copy(target, load<u32>(part, PART_LABEL), length);
      target = EncodeFhir.value(target + length, value, load<u32>(part, PART_TAKES));
      if (!target) return;
      store<u8>(target++, CLOSE_BRACE);
    }
    if (!Output.fits(target, 2)) return;
    if (!isEmpty) store<u8>(target++, CLOSE_BRACKET);
    store<u8>(target++, CLOSE_BRACE);
    Output.next = target;
  }

  /** Returns where it ends, with room for a bracket behind it, or 0 when it does not fit. */
  static value(target: usize, value: usize, takes: u32): usize {
    const kind = load<u32>(value, VALUE_KIND);
    const start: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    if (!EncodeFhir.isTaken(kind, start, length, takes)) Line.odd = true;
    if (Line.odd || !Output.fits(target, <usize>length + 4)) return 0;
    if (kind == KIND_STRING) return EncodeJson.text(target, start, length);
    if (takes == TAKES_INTEGER64) store<u8>(target++, QUOTE);
    Bytes.copy(target, start, length);
    target += length;
    if (takes == TAKES_INTEGER64) store<u8>(target++, QUOTE);
    return target;
  }

  static isTaken(kind: u32, start: usize, length: u32, takes: u32): bool {
    switch (takes) {
      case TAKES_TEXT:
        return kind == KIND_STRING;
      case TAKES_BOOLEAN:
        return kind == KIND_TRUE || kind == KIND_FALSE;
      case TAKES_DECIMAL:
        return kind == KIND_NUMBER;
      case TAKES_INTEGER:
      case TAKES_INTEGER64:
        return kind == KIND_NUMBER && EncodeFhir.isSmallInteger(start, length);
      case TAKES_INSTANT:
        return kind == KIND_STRING && EncodeFhir.isToMilliseconds(start, length);
      default:
        return false;
    }
  }

  /** Digits alone, with or without a sign; zero without one. */
  static isSmallInteger(start: usize, length: u32): bool {
    const sign: u32 = load<u8>(start) == MINUS ? 1 : 0;
    const digits = length - sign;
    if (digits == 0 || digits > MOST_DIGITS) return false;
    if (load<u8>(start + sign) == ZERO && length > 1) return false;
    for (let i = sign; i < length; i++) {
      if (<u32>load<u8>(start + i) - ZERO > 9) return false;
    }
    return true;
  }

  static isToMilliseconds(start: usize, length: u32): bool {
    let i: u32 = 0;
    while (i < length && load<u8>(start + i) != POINT) i++;
    let digits: u32 = 0;
    for (i++; i < length && <u32>load<u8>(start + i) - ZERO <= 9; i++) digits++;
    return digits <= MOST_FRACTION;
  }
}
