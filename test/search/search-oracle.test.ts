import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foundBy } from './found-by.js';

/** Compiling takes some ms, and each run has a search of its own. */
const RUNS = { numRuns: 100 };

const PREFIXES = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'] as const;
const prefix = fc.constantFrom(...PREFIXES);

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Written out from https://hl7.org/fhir/R4/search.html#prefix, for spans. */
function relates(of: (typeof PREFIXES)[number], element: Span, value: Span): boolean {
  const contained = element.from >= value.from && element.to <= value.to;
  switch (of) {
    case '':
    case 'eq':
      return contained;
    case 'ne':
      return !contained;
    case 'gt':
      return element.to > value.to;
    case 'lt':
      return element.from < value.from;
    case 'ge':
      return element.to > value.to || contained;
    case 'le':
      return element.from < value.from || contained;
    case 'sa':
      return element.from >= value.to;
    case 'eb':
      return element.to <= value.from;
  }
}

describe('a search by dates agrees with an oracle of spans', () => {
  const pad = (n: number) => String(n).padStart(2, '0');
  const utc = (...[year, month, day, hour = 0, minute = 0, second = 0]: number[]) =>
    Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour, minute, second);

  /** Few values, so that they often meet at a boundary. */
  const parts = fc.record({
    year: fc.constantFrom(2019, 2020, 2021),
    month: fc.constantFrom(1, 2, 6, 12),
    day: fc.constantFrom(1, 2, 28),
    hour: fc.constantFrom(0, 12, 23),
    second: fc.constantFrom(0, 59),
    zone: fc.constantFrom(0, 5, -3),
    precision: fc.constantFrom('year', 'month', 'day', 'second'),
  });
  const dated = parts.map(({ year, month, day, hour, second, zone, precision }) => {
    switch (precision) {
      case 'year':
        return { text: `${year}`, span: { from: utc(year), to: utc(year + 1) } };
      case 'month':
        return { text: `${year}-${pad(month)}`, span: { from: utc(year, month), to: utc(year, month + 1) } };
      case 'day': {
        const text = `${year}-${pad(month)}-${pad(day)}`;
        return { text, span: { from: utc(year, month, day), to: utc(year, month, day + 1) } };
      }
      default: {
        const offset = zone === 0 ? 'Z' : `${zone < 0 ? '-' : '+'}${pad(Math.abs(zone))}:00`;
        const text = `${year}-${pad(month)}-${pad(day)}T${pad(hour)}:00:${pad(second)}${offset}`;
        const from = utc(year, month, day, hour - zone, 0, second);
        return { text, span: { from, to: from + 1000 } };
      }
    }
  });
  const open = fc.option(dated, { nil: undefined });
  const found = (of: string, text: string, resource: object): boolean =>
    foundBy(`Observation?date=${of}${encodeURIComponent(text)}`)({
      resourceType: 'Observation',
      id: 'o',
      ...resource,
    });

  test('in a dateTime', () => {
    fc.assert(
      fc.property(prefix, dated, dated, (of, element, value) => {
        const resource = { effectiveDateTime: element.text };
        expect(found(of, value.text, resource)).toBe(relates(of, element.span, value.span));
      }),
      RUNS,
    );
  });

  test('in a Period, open or not', () => {
    fc.assert(
      fc.property(prefix, open, open, dated, (of, start, end, value) => {
        fc.pre(start !== undefined || end !== undefined);
        const span = { from: start?.span.from ?? -Infinity, to: end?.span.to ?? Infinity };
        const resource = { effectivePeriod: { start: start?.text, end: end?.text } };
        expect(found(of, value.text, resource)).toBe(relates(of, span, value.span));
      }),
      RUNS,
    );
  });

  test('in the events of a Timing', () => {
    const events = fc.array(dated, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(prefix, events, dated, (of, event, value) => {
        const from = Math.min(...event.map(({ span }) => span.from));
        const to = Math.max(...event.map(({ span }) => span.to));
        const resource = { effectiveTiming: { event: event.map(({ text }) => text) } };
        expect(found(of, value.text, resource)).toBe(relates(of, { from, to }, value.span));
      }),
      RUNS,
    );
  });
});

test('a search by quantities agrees with an oracle of whole thousandths', () => {
  const digits = fc.record({
    units: fc.integer({ min: -2000, max: 2000 }),
    places: fc.integer({ min: 0, max: 3 }),
  });
  const textOf = ({ units, places }: { units: number; places: number }) =>
    (units / 10 ** places).toFixed(places);
  /** In units of 1/10000. */
  const scaled = ({ units, places }: { units: number; places: number }) => units * 10 ** (4 - places);
  fc.assert(
    fc.property(prefix, digits, digits, (of, element, value) => {
      const [number, half] = [scaled(value), 5 * 10 ** (3 - value.places)];
      const is = scaled(element);
      const equal = is >= number - half && is < number + half;
      const expected = {
        '': equal,
        eq: equal,
        ne: !equal,
        gt: is > number,
        sa: is > number,
        lt: is < number,
        eb: is < number,
        ge: is >= number,
        le: is <= number,
      }[of];
      const resource = {
        resourceType: 'Observation',
        id: 'o',
        valueQuantity: { value: Number(textOf(element)) },
      };
      expect(foundBy(`Observation?value-quantity=${of}${textOf(value)}`)(resource)).toBe(expected);
    }),
    RUNS,
  );
});

test('a search by tokens agrees with an oracle, whatever the characters', () => {
  const word = fc.stringMatching(/^[a,|\\'"$ é]{1,3}$/).filter((text) => text.trim() === text);
  const coding = fc.record({
    system: fc.option(word, { nil: undefined }),
    code: fc.option(word, { nil: undefined }),
  });
  const escaped = (text: string) => text.replace(/[\\,|$]/g, '\\$&');
  fc.assert(
    fc.property(
      fc.array(coding, { maxLength: 3 }),
      fc.option(word),
      word,
      fc.boolean(),
      (all, system, code, not) => {
        const written = system === null ? escaped(code) : `${escaped(system)}|${escaped(code)}`;
        const search = `Observation?code${not ? ':not' : ''}=nothing,${encodeURIComponent(written)}`;
        const matches = all.some((one) => one.code === code && (system === null || one.system === system));
        const resource = { resourceType: 'Observation', id: 'o', code: { coding: all } };
        expect(foundBy(search)(resource)).toBe(matches !== not);
      },
    ),
    RUNS,
  );
});

test('a search by text agrees with an oracle that folds case and accents', () => {
  const word = fc.stringMatching(/^[aAéÉüÜnñ.'()[\]\\*+ -]{1,4}$/).filter((text) => text.trim() !== '');
  const folded = (text: string) =>
    text
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .toLowerCase();
  const modifier = fc.constantFrom('', ':exact', ':contains');
  const forms = fc.constantFrom<'NFC' | 'NFD'>('NFC', 'NFD');
  fc.assert(
    fc.property(word, word, modifier, forms, (family, value, how, form) => {
      const text = family.normalize(form);
      const expected = {
        '': folded(text).startsWith(folded(value)),
        ':exact': text === value,
        ':contains': folded(text).includes(folded(value)),
      }[how];
      const escaped = encodeURIComponent(value.replace(/[\\,|$]/g, '\\$&'));
      const resource = { resourceType: 'Patient', id: 'p', name: [{ family: text }] };
      expect(foundBy(`Patient?family${how}=${escaped}`)(resource)).toBe(expected);
    }),
    RUNS,
  );
});
