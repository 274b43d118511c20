import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { openTelemetry } from './open-telemetry.js';
import { tellFaults } from './tell-faults.js';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** Lines at `warn`, as they are written, and those at `debug`. */
function openLog() {
  const warned: unknown[] = [];
  const debugged: unknown[] = [];
  const log = {
    warn: (fields: object, text?: string) => void warned.push([text, fields]),
    debug: (fields: object, text?: string) => void debugged.push([text, fields]),
  };
  return { warned, debugged, log };
}

const SENDING = ['spans cannot be sent to the collector of OpenTelemetry', {}];
const dropped = (spans: number) => [
  'spans were dropped, because OTEL_BSP_MAX_QUEUE_SIZE of them wait to be sent',
  { spans },
];
const setting = (name: string) => [
  'OpenTelemetry ignores the value of a setting, and uses its default',
  { setting: name },
];

test('faults of the SDK are told apart: a setting, spans that were dropped, and spans that were not sent', async () => {
  let requests = 0;
  const collector = createServer((_, response) => {
    requests += 1;
    response.writeHead(400).end();
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  Object.assign(process.env, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:secret@127.0.0.1:${port}`,
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_BSP_MAX_QUEUE_SIZE: '1',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1',
  });
  const { warned, log } = openLog();
  const tracing = await openTelemetry({ service: 'api', version: '1', exporter: 'http/json', log });
  expect(warned).toEqual([setting('OTEL_TRACES_SAMPLER')]);
  // One is being sent, one waits, and there is no room for the third.
  for (let span = 0; span < 3; span += 1) tracing.begin('span').end();
  while (requests < 2) await once(collector, 'request');
  tracing.begin('span').end();
  await tracing.close();
  collector.close();
  collector.closeAllConnections();
  expect(warned.slice(1).sort()).toEqual([SENDING, dropped(1)]);
  expect(JSON.stringify(warned)).not.toContain('secret');
});

test('each kind is told once, and each setting, and then at debug; other errors are told too', () => {
  const { warned, debugged, log } = openLog();
  const logger = tellFaults(log);
  for (let time = 0; time < 2; time += 1) {
    logger.warn("Unknown value 'many' for OTEL_BSP_MAX_QUEUE_SIZE, expected a number, using defaults");
    logger.warn(
      'Configuration: OTEL_EXPORTER_OTLP_TIMEOUT is invalid, expected number greater than 0 (actual: -1)',
    );
    logger.warn(
      "Configuration: Could not parse environment-provided export URL: 'what', falling back to undefined",
    );
    logger.warn('Dropped 7 spans because maxQueueSize reached');
    logger.warn('Received Partial Success response:', '{}');
    logger.error('{"message":"connect ECONNREFUSED","address":"user:secret@host"}');
    logger.error('shard 1-2 - You can only call end() on a span once.');
    logger.warn('Invalid attribute key: ');
    logger.info('anything');
  }
  const told = [
    setting('OTEL_BSP_MAX_QUEUE_SIZE'),
    setting('OTEL_EXPORTER_OTLP_TIMEOUT'),
    setting('OTEL_EXPORTER_OTLP_*'),
    dropped(7),
    ['the collector of OpenTelemetry refused some spans', {}],
    SENDING,
    ['OpenTelemetry reports a fault that is neither of a setting nor of sending', {}],
  ];
  expect([warned, debugged]).toEqual([told, told]);
});
