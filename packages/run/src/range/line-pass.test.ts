import { expect, test } from '@jest/globals';
import { KernelFaultError } from '@millrace/formats';
import { createCompiledViews } from '@millrace/viewdef';
import { createLinePass } from './line-pass.js';
import type { OpenParts } from './open-parts.js';

test('a fault of the kernel that writes Parquet is not blamed on the resource whose row was added last', () => {
  const fault = new KernelFaultError('adding 9 bytes of cells', new Error('unreachable'));
  const view = createCompiledViews()(
    { resource: 'Patient', select: [{ column: [{ name: 'id', path: 'id' }] }] },
    { engine: 'codegen', fhirVersion: 'R4' },
  );
  const refusing = {
    full: false,
    add() {
      throw fault;
    },
  } as unknown as OpenParts;
  const pass = createLinePass(
    { key: 'Patient.ndjson', resourceType: 'Patient' },
    [{ subject: 0, view }],
    refusing,
    { onBadLine: () => undefined, onOtherType: () => undefined, onUndated: () => undefined },
  );
  const line = Buffer.from('{"resourceType":"Patient","id":"a"}\n');
  expect(() => pass.consume(line, 0, 0)).toThrow(fault);
});
