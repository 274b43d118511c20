import { describe, expect, test } from '@jest/globals';
import type { Cut } from '@millrace/export';
import { createMemorySink, createMemorySource } from '@millrace/storage/memory';
import type { PinnedInput } from '@millrace/storage';
import { createCompiledViews } from '@millrace/viewdef';
import fc from 'fast-check';
import { taskFor, textOf } from '../testing/run-range.js';
import { evaluateRange } from './evaluate-range.js';
import { createScans } from './open-scans.js';
import type { RangeTask } from './range-task.js';

const column = (name: string, path: string): object => ({ name, path });

/** The scan takes the second and the last; the others have an expression that only fhirpath.js has. */
const views = [
  {
    resource: 'Patient',
    name: 'a',
    select: [{ column: [column('id', 'id'), column('x', "id.matches('^.1')")] }],
  },
  { resource: 'Patient', name: 'b', select: [{ column: [column('id', 'id')] }] },
  {
    resource: 'Patient',
    name: 'c',
    where: [{ path: "gender in ('male' | 'other')" }],
    select: [{ forEach: 'name', column: [column('family', 'family')] }],
  },
  { resource: 'Patient', name: 'd', select: [{ forEach: 'name.given', column: [column('given', '$this')] }] },
];

const kinds: readonly ((id: string) => string)[] = [
  (id) =>
    `{"resourceType":"Patient","id":"${id}","gender":"male","name":[{"family":"A","given":["x","y"]},{"family":"B"}]}`,
  (id) => `{"resourceType":"Patient","id":"${id}","gender":"female","name":[{"given":["z"]}]}`,
  // Escaped keys that are read are odd for the scan.
  (id) => `{"resourceType":"Patient","\\u0069d":"${id}","gender":"other","name":[{"family":"C"}]}`,
  () => '{"resourceType":"Group","id":"g"}',
  () => '  ',
  () => '{"resourceType":"Patient","id":',
  (id) => `{"resourceType":"Patient","id":"${id}","text":{"div":tru}}`,
];

interface Ran {
  readonly texts: readonly string[];
  readonly cuts: readonly Cut[];
  readonly resources: number;
  readonly skipped: number;
  readonly engines: readonly string[];
}

async function run(text: string, more: Partial<RangeTask>): Promise<Ran> {
  const files = new Map([['Patient.ndjson', Buffer.from(text)]]);
  const source = createMemorySource({ name: 'default', fhirVersion: 'R4', files });
  const [input] = (await source.list('Patient')) as [PinnedInput];
  const sink = createMemorySink();
  const cuts: Cut[] = [];
  const summary = await evaluateRange(
    {
      ...taskFor(input),
      views: views.map((view, subject) => ({ subject, view })),
      malformedLines: 'skip',
      ...more,
    },
    {
      source,
      sink,
      compile: createCompiledViews(),
      openScan: createScans('read'),
      control: () => 'run',
      onUpload: () => undefined,
      now: () => 0,
      onCut: (cut) => Promise.resolve(void cuts.push(cut)),
    },
  );
  if (summary.last) cuts.push(summary.last);
  const texts = views.map((_, subject) => textOf(sink, cuts, subject));
  return {
    texts: await Promise.all(texts),
    cuts,
    resources: summary.resources,
    skipped: cuts.reduce((sum, { tally }) => sum + tally.skippedLines, 0),
    engines: summary.engines,
  };
}

describe('a pass with views that the scan takes and views that it leaves', () => {
  test('runs each view on the fastest engine that takes it, and says so', async () => {
    const { engines } = await run(`${kinds[0]?.('p1') ?? ''}\n`, {});
    expect(engines).toEqual(['codegen+fhirpath', 'scan', 'codegen+fhirpath', 'scan']);
  });

  test('gives the rows, counts and refusals of generated code, for any lines and limits, and from any cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(kinds.length - 1), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        async (lines, partRows, isClosed) => {
          const text = lines.map((kind, index) => kinds[kind]?.(`p${String(index)}`)).join('\n');
          const content = isClosed ? `${text}\n` : text;
          const expected = await run(content, { engine: 'codegen' });
          const limits = { partBytes: 1e9, partRows, inputBytes: 1e9, seconds: 1e9 };
          const mixed = await run(content, { limits });
          const facts = ({ texts, resources, skipped }: Ran): unknown => ({ texts, resources, skipped });
          expect(facts(mixed)).toEqual(facts(expected));
          const cut = mixed.cuts[Math.floor(mixed.cuts.length / 2)];
          if (cut === undefined) return;
          const rest = await run(content, { limits, from: cut.to, firstCut: cut.cut + 1 });
          for (const [subject, whole] of expected.texts.entries())
            expect(whole.endsWith(rest.texts[subject] ?? '?')).toBe(true);
          expect(rest.cuts[0]?.from ?? cut.to).toBe(cut.to);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is refused by the engine that was asked for by name, with the view and the expression', async () => {
    await expect(run(kinds[0]?.('p1') ?? '', { engine: 'scan' })).rejects.toThrow(
      `the engine "scan" cannot evaluate the view "a": ViewDefinition.select[0].column[1].path "id.matches('^.1')": only fhirpath.js has matches(); expected the engine "auto"`,
    );
  });
});
