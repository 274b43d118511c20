import { expect, it } from '@jest/globals';
import type { PartSink } from '@millrace/storage';
import { createMemorySink } from '@millrace/storage/memory';
import { createOpenParts } from './open-parts.js';

const VIEWS = ['a', 'b', 'c'].map((name, subject) => ({
  subject,
  columns: [{ name, fhirType: 'string', collection: false, ansiType: undefined }],
}));

function openParts(sink: PartSink) {
  const options = { format: 'csv' as const, header: true, partPrefix: 't/', partBytes: 1e9, partRows: 1e9 };
  const parts = createOpenParts(VIEWS, options, sink, () => undefined);
  for (const view of VIEWS.keys()) parts.add(view, [`row ${view}`]);
  return parts;
}

it('the parts of all views are stored at once, and told in view order', async () => {
  const inner = createMemorySink();
  let waiting = VIEWS.length;
  let letAllGo: () => void = () => undefined;
  const allThere = new Promise<void>((resolve) => (letAllGo = resolve));
  const sink: PartSink = {
    abort: inner.abort,
    async open(key) {
      const upload = await inner.open(key);
      return {
        ...upload,
        async commit() {
          if (--waiting === 0) letAllGo();
          await allThere;
          return upload.commit();
        },
      };
    },
  };
  const parts = await openParts(sink).close();
  expect(parts.map(({ subject, key }) => [subject, key])).toEqual([
    [0, 't/1.csv'],
    [1, 't/2.csv'],
    [2, 't/3.csv'],
  ]);
});

it('a part that cannot be stored fails the cut once nothing is on its way any more', async () => {
  const inner = createMemorySink();
  const committed: string[] = [];
  const sink: PartSink = {
    abort: inner.abort,
    async open(key) {
      const upload = await inner.open(key);
      return {
        ...upload,
        async commit() {
          if (key === 't/1.csv') throw new Error('no space');
          const stored = await upload.commit();
          committed.push(key);
          return stored;
        },
      };
    },
  };
  await expect(openParts(sink).close()).rejects.toThrow('no space');
  expect(committed).toEqual(['t/2.csv', 't/3.csv']);
});

it('a part that reaches its limit only as its characters become bytes is full', async () => {
  const options = {
    format: 'csv' as const,
    header: false,
    partPrefix: 't/',
    partBytes: 66_001,
    partRows: 1e9,
  };
  const parts = createOpenParts(VIEWS.slice(0, 1), options, createMemorySink(), () => undefined);
  parts.append(0, Buffer.alloc(60_000, 'a\n'), 30_000);
  parts.add(0, ['é'.repeat(3000)]);
  expect([parts.full, parts.room(0).bytes]).toEqual([false, 3000]);
  await parts.flush();
  expect([parts.full, parts.room(0).bytes]).toEqual([true, 0]);
});

it('parts of a view that has a place of its own are stored there', async () => {
  const options = { format: 'csv' as const, header: true, partPrefix: 't/', partBytes: 1e9, partRows: 1e9 };
  const views = VIEWS.map((view, at) => (at === 1 ? { ...view, partPrefix: 'table/x-' } : view));
  const parts = createOpenParts(views, options, createMemorySink(), () => undefined);
  for (const view of views.keys()) parts.add(view, [`row ${view}`]);
  expect((await parts.close()).map(({ key }) => key)).toEqual(['t/1.csv', 'table/x-2.csv', 't/3.csv']);
});
