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

  test('has the service and its packages', () => {
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

  test('has neither the emulator of Redis nor packages for tests and builds', () => {
    const others = [
      'js-redis-server',
      'lua-redis-wasm',
      'execa',
      'jest',
      'oxlint',
      'assemblyscript',
      '@duckdb/node-api',
    ];
    expect(others.filter((name) => installed.has(name))).toEqual([]);
  });
});

describe('the image', () => {
  const dockerfile = readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8');
  const image = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const services = ['services/api', 'services/worker'];

  test('has only the files of the repository that copy-production.mjs copies for both services', () => {
    const copied = [...image.matchAll(/^(?:COPY|ADD) .*$/gm)].map(([line]) => line);
    expect(copied).toEqual(['COPY --from=build --chown=root:root /production /millrace']);
    expect(dockerfile).toContain(`node scripts/copy-production.mjs /production ${services.join(' ')}`);
    const workspaces = services.map((service) => `--workspace ${service}`).join(' ');
    expect(dockerfile).toContain(`cd /production && npm ci --omit=dev ${workspaces}\n`);
  });

  test('has built code of the packages that a production install brings, and of no others', () => {
    const args = ['scripts/copy-production.mjs', '--list', ...services];
    const paths = execFileSync('node', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
    const folders = new Set(
      paths.filter((path) => path.includes('/')).map((path) => path.split('/', 2).join('/')),
    );
    const installed = new Set(services.flatMap((service) => [...installedFor(service)]));
    expect(new Set([...folders].map(nameOf))).toEqual(
      new Set([...installed].filter((name) => name.startsWith('@millrace/'))),
    );
    expect(paths.filter((path) => /\/(src(?!\/lua$)|assembly|test|samples|cli)(\/|$)/.test(path))).toEqual(
      [],
    );
    expect(paths).toEqual(expect.arrayContaining(['package-lock.json', 'packages/jobstore/src/lua']));
  });
});
