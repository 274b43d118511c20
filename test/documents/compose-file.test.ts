import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

interface ComposeService {
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
}

const text = readFileSync(resolve(import.meta.dirname, '../../docker-compose.yml'), 'utf8');
const { services } = parse(text, { merge: true }) as { services: Readonly<Record<string, ComposeService>> };

describe('docker-compose.yml', () => {
  test('publishes ports on loopback only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('starts what writes exports after their volume has its owner', () => {
    const writers = Object.entries(services).filter(
      ([name, { volumes = [] }]) => name !== 'exports-owner' && volumes.includes('exports:/exports'),
    );
    expect(writers.map(([name]) => name).sort()).toEqual(['api', 'worker']);
    for (const [, service] of writers) {
      expect(service.depends_on?.['exports-owner']?.condition).toBe('service_completed_successfully');
      expect(service.depends_on?.['redis']?.condition).toBe('service_healthy');
    }
  });
});
