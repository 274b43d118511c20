import { expect, it } from '@jest/globals';
import { usageIn, usagePer } from './redis-usage.js';

const info = (commands: number, cpu: number) =>
  [
    '# Stats',
    `total_commands_processed:${commands}`,
    'total_net_input_bytes:500',
    `total_net_output_bytes:${commands * 10}`,
    '# CPU',
    `used_cpu_sys:${cpu}`,
    'used_cpu_user:1.5',
    'used_memory:1000',
    '',
  ].join('\r\n');

it('the usage of a Redis comes from INFO, with both kinds of processor time together', () => {
  expect(usageIn(info(20, 0.25))).toEqual({
    commands: 20,
    bytesIn: 500,
    bytesOut: 200,
    cpuSeconds: 1.75,
    memoryBytes: 1000,
  });
});

it('the usage for each is the difference, divided', () => {
  expect(usagePer(4, usageIn(info(20, 0.25)), usageIn(info(60, 1.25)))).toEqual({
    commands: 10,
    bytesIn: 0,
    bytesOut: 100,
    cpuSeconds: 0.25,
    memoryBytes: 0,
  });
});
