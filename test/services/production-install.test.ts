import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');

interface Tree {
  readonly dependencies?: Readonly<Record<string, Tree>>;
}

/** Names of all packages that `npm ci --omit=dev --workspace <service>` installs, by the lock file. */
function installedFor(service: string): ReadonlySet<string> {
  const args = ['ls', '--all', '--json', '--omit=dev', '--package-lock-only', '--workspace', service];
  const tree = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' })) as Tree;
  const names = new Set<string>();
  const add = ({ dependencies = {} }: Tree): void => {
    for (const [name, inner] of Object.entries(dependencies)) {
      names.add(name);
      add(inner);
    }
  };
  add(tree);
  return names;
}

function nameOf(folder: string): string {
  return (JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as { name: string }).name;
}

const harness = readdirSync(join(ROOT, 'test/harness'))
  .filter((name) => existsSync(join(ROOT, 'test/harness', name, 'package.json')))
  .map((name) => nameOf(`test/harness/${name}`));
const tools = ['packages/cli', 'packages/client', 'packages/local-stack', 'packages/samples'].map(nameOf);

describe.each(['services/api', 'services/worker'])('a production install of %s', (service) => {
  const installed = installedFor(service);

  test('has the service and what it is made of', () => {
    const product = [
      '@millrace/export',
      '@millrace/jobstore',
      '@millrace/redis',
      '@millrace/storage',
      'ioredis',
    ];
    expect([nameOf(service), ...product].filter((name) => !installed.has(name))).toEqual([]);
  });

  test('has no tool of the harness, no command line and nothing that starts a Redis', () => {
    expect(harness.length).toBeGreaterThan(5);
    expect([...harness, ...tools].filter((name) => installed.has(name))).toEqual([]);
  });

  test('has neither the emulator of Redis nor what only tests and builds use', () => {
    const others = [
      'js-redis-server',
      'lua-redis-wasm',
      'execa',
      'jest',
      'eslint',
      'assemblyscript',
      '@duckdb/node-api',
    ];
    expect(others.filter((name) => installed.has(name))).toEqual([]);
  });
});
