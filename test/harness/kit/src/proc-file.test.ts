import { expect, it } from '@jest/globals';
import { peakMemoryIn } from './process-memory.js';
import { procField } from './proc-file.js';

const STATUS = 'Name:\tnode\nState:\tT (stopped)\nVmHWM:\t  123456 kB\nVmRSS:\t  99999 kB\n';

it('the peak of a process is its high-water mark, in bytes', () => {
  expect(peakMemoryIn(STATUS)).toBe(123456 * 1024);
});

it('a field of a process is the text after its name', () => {
  expect(procField(STATUS, 'State')).toBe('T (stopped)');
});

it('a field that is not there is named', () => {
  expect(() => procField(STATUS, 'rchar')).toThrow('/proc says nothing about rchar');
});
