import {
  BOUNDARY_DATE,
  BOUNDARY_DECIMAL,
  BOUNDARY_FULL,
  BOUNDARY_INTEGER,
  BOUNDARY_TIME,
  KIND_STRING,
  VALUE_KIND,
} from '../src/program-format';
import { CanonicalText } from './canonical-text';
import { Decimals } from './decimals';
import { Line } from './line';
import { MomentBoundary } from './moment-boundary';
import { NumberText } from './number-text';

/** FHIRPath decimals need not have more places than these. */
const MOST_PLACES: i32 = 8;

/**
 * The least or greatest value that a written value may stand for.
 *
 * https://hl7.org/fhirpath/N1/#lowboundaryprecision-integer-decimal--date--datetime--time
 */
export class Boundaries {
  /**
   * Puts the result on the stack. There is no result without a value (0), or for a precision that the type
   * does not have.
   */
  static of(type: u32, isLow: bool, value: usize, precision: i32, at: u32): u32 {
    if (!value) return 0;
    if (type == BOUNDARY_DECIMAL || type == BOUNDARY_INTEGER)
      return Boundaries.ofNumber(type, isLow, value, precision, at);
    if (load<u32>(value, VALUE_KIND) != KIND_STRING) {
      Line.odd = true;
      return 0;
    }
    const text = CanonicalText.of(value);
    if (type == BOUNDARY_TIME) return MomentBoundary.ofTime(isLow, text, precision, at);
    return MomentBoundary.ofMoment(isLow, type == BOUNDARY_DATE, text, precision, at);
  }

  /**
   * A number stands for everything that rounds to it: half a unit of its last place to either side. A decimal without a
   * fraction is taken to have one place, because writers of JSON drop `.0`.
   */
  static ofNumber(type: u32, isLow: bool, value: usize, precision: i32, at: u32): u32 {
    const whole = Decimals.read(value);
    const scale = Decimals.scale;
    if (Line.odd || (precision != BOUNDARY_FULL && (precision < 0 || precision > MOST_PLACES))) return 0;
    const places = max(scale, type == BOUNDARY_DECIMAL ? 1 : 0);
    const bound = Decimals.widened(whole, places + 1 - scale) + (isLow ? -5 : 5);
    if (Line.odd) return 0;
    const surplus = precision == BOUNDARY_FULL ? 0 : places + 1 - precision;
    if (surplus <= 0) return NumberText.decimal(bound, places + 1, at);
    return NumberText.decimal(Boundaries.rounded(bound, surplus, isLow), precision, at);
  }

  /** The bound without its last `surplus` digits, rounded down or up. */
  static rounded(bound: i64, surplus: u32, isLow: bool): i64 {
    if (surplus > 18) {
      Line.odd = true;
      return 0;
    }
    const unit = Decimals.power(surplus);
    const quotient = bound / unit;
    const rest = bound % unit;
    if (isLow) return rest < 0 ? quotient - 1 : quotient;
    return rest > 0 ? quotient + 1 : quotient;
  }
}
