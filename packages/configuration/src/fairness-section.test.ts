import { expect, test } from '@jest/globals';
import { fairnessSection } from './fairness-section.js';

test('caps of single tenants are read by name, and what is none is refused', () => {
  const read = (text: string) => fairnessSection.safeParse({ TENANT_SHARD_CAPS: text });
  expect(read(' north=4  south-1=0 ').data?.stepsOfTenants).toEqual(
    new Map([
      ['north', 4],
      ['south-1', 0],
    ]),
  );
  expect(fairnessSection.parse({}).stepsOfTenants).toEqual(new Map());
  for (const text of ['north', 'north=', 'north=-1', 'a=1 a=2', '-a=1', 'north=x'])
    expect(read(text).error?.issues[0]?.message).toContain('tenants and numbers such as north=4');
  const many = Array.from({ length: 1001 }, (_, at) => `t${at}=1`).join(' ');
  expect(read(many).error?.issues[0]?.message).toContain('at most 1000 tenants');
});
