import { expect, test } from '@jest/globals';
import { perTenant } from './per-tenant.js';

test('stores of a tenant are opened once, and for no other tenant', () => {
  const asked: string[] = [];
  const storeOf = perTenant(2, (tenant) => {
    asked.push(tenant);
    return { tenant };
  });
  expect(storeOf('north')).toBe(storeOf('north'));
  expect(storeOf('south')).toEqual({ tenant: 'south' });
  expect(storeOf('north')).toEqual({ tenant: 'north' });
  expect(asked).toEqual(['north', 'south']);
});

test('it stays open for the tenants that asked last', () => {
  const storeOf = perTenant(2, (tenant) => ({ tenant }));
  const [north, south] = [storeOf('north'), storeOf('south')];
  storeOf('north');
  storeOf('east');
  expect(storeOf('north')).toBe(north);
  expect(storeOf('south')).not.toBe(south);
});
