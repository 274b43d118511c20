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

interface Stage {
  readonly from: string;
  readonly name: string;
  readonly instructions: readonly (readonly [word: string, text: string])[];
}

/** The stages of a Dockerfile, in order. */
function stagesOf(text: string): readonly Stage[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const stages: { from: string; name: string; instructions: [string, string][] }[] = [];
  for (const line of lines.filter((one) => one.trim() !== '')) {
    const [, word, rest] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (word === undefined || rest === undefined) throw new Error(`no instruction: ${line}`);
    const [, from, name] = (word === 'FROM' && /^(\S+) AS (\S+)$/.exec(rest)) || [];
    if (from !== undefined && name !== undefined) stages.push({ from, name, instructions: [] });
    else if (stages.length === 0 || word === 'FROM') throw new Error(`no stage with a name: ${line}`);
    else stages.at(-1)?.instructions.push([word, rest]);
  }
  return stages;
}

function nameOf(folder: string): string {
  return (JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as { name: string }).name;
}

/** Whether a file of a bundle imports a package, by itself or by another file of the bundle. */
function loads(bundle: string, entry: string, wanted: string): boolean {
  const found = new Set([entry]);
  // A for-of loop also visits what is added on the way.
  for (const name of found) {
    const text = readFileSync(join(bundle, name), 'utf8');
    for (const [, target = ''] of text.matchAll(/(?:from|import|import\()\s*"([^"]+)"/g)) {
      if (target === wanted) return true;
      if (target.startsWith('./') && existsSync(join(bundle, target))) found.add(target.slice(2));
    }
  }
  return false;
}

const harness = readdirSync(join(ROOT, 'test/harness'))
  .filter((name) => existsSync(join(ROOT, 'test/harness', name, 'package.json')))
  .map((name) => nameOf(`test/harness/${name}`));
const tools = ['packages/cli', 'packages/client', 'packages/local-stack', 'packages/samples'].map(nameOf);

const SERVICES = ['services/api', 'services/worker'].map((service) => ({
  service,
  installed: installedFor(service),
}));

describe.each(SERVICES)('a production install of $service', ({ service, installed }) => {
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

  test('loads DuckDB in the process that runs SQL, and in no other', () => {
    const bundle = join(ROOT, service, 'dist/bundle');
    const entries = readdirSync(bundle).filter((name) => /^(?:main|[a-z]+-thread)\.js$/.test(name));
    expect(entries.length).toBeGreaterThan(1);
    expect(entries.filter((name) => loads(bundle, name, '@duckdb/node-api'))).toEqual([]);
    expect(loads(bundle, 'duckdb-process.js', '@duckdb/node-api')).toBe(true);
  });

  test('has neither the emulator of Redis nor packages for tests and builds', () => {
    const others = ['js-redis-server', 'lua-redis-wasm', 'execa', 'jest', 'oxlint', 'assemblyscript'];
    expect(others.filter((name) => installed.has(name))).toEqual([]);
  });
});

describe('deploy/Dockerfile', () => {
  const stages = stagesOf(readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8'));
  const stage = (name: string): Stage => {
    const found = stages.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no stage ${name}`);
    return found;
  };
  const argumentsOf = (name: string, instruction: string): string[] =>
    stage(name)
      .instructions.filter(([word]) => word === instruction)
      .map(([, text]) => text);

  test('takes what comes from outside by its exact version', () => {
    const outside = stages
      .map(({ from }) => from)
      .filter((from) => !stages.some(({ name }) => name === from));
    expect(outside.length).toBeGreaterThan(0);
    for (const from of outside) expect(from).toMatch(/^node:\d+\.\d+\.\d+-[\w-]+$/);
  });

  test.each(['api', 'worker'])(
    'has a target for the %s with the files that CI starts, and no more',
    (service) => {
      expect(argumentsOf(`${service}-files`, 'RUN')).toEqual([
        `node scripts/install-production.mjs /production services/${service}`,
      ]);
      expect(argumentsOf(service, 'COPY')).toEqual([
        `--from=${service}-files --chown=root:root /production /millrace`,
      ]);
      expect(argumentsOf('service', 'COPY')).toEqual([
        '--chown=root:root deploy/health-check.mjs /millrace/health-check.mjs',
      ]);
      expect(stage(service).from).toBe('service');
      expect([...argumentsOf('service', 'ADD'), ...argumentsOf(service, 'ADD')]).toEqual([]);
      expect(readFileSync(join(ROOT, '.ci/production-install'), 'utf8')).toContain(
        'node scripts/install-production.mjs "$tree" "services/$service"',
      );
    },
  );

  test.each(['api', 'worker'])(
    'runs the %s as process 1 of a user who owns nothing, with a health check',
    (service) => {
      expect(argumentsOf('service', 'USER')).toEqual(['1000:1000']);
      expect(argumentsOf(service, 'USER')).toEqual([]);
      expect(argumentsOf('service', 'ENTRYPOINT').map((text): unknown => JSON.parse(text))).toEqual([
        ['node'],
      ]);
      expect(argumentsOf(service, 'CMD').map((text): unknown => JSON.parse(text))).toEqual([
        [`services/${service}/dist/bundle/main.js`],
      ]);
      expect(argumentsOf('service', 'HEALTHCHECK')).toEqual([
        expect.stringMatching(/ CMD \["node", "health-check\.mjs"\]$/),
      ]);
    },
  );
});

describe.each(SERVICES)('the image of $service', ({ service, installed }) => {
  test('has built code of the packages that a production install brings, and of no others', () => {
    const args = ['scripts/copy-production.mjs', '--list', service];
    const paths = execFileSync('node', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
    const folders = new Set(
      paths.filter((path) => path.includes('/')).map((path) => path.split('/', 2).join('/')),
    );
    expect(new Set([...folders].map(nameOf))).toEqual(
      new Set([...installed].filter((name) => name.startsWith('@millrace/'))),
    );
    expect(paths.filter((path) => /\/(src(?!\/lua$)|assembly|test|samples|cli)(\/|$)/.test(path))).toEqual(
      [],
    );
    expect(paths).toEqual(expect.arrayContaining(['package-lock.json', 'packages/jobstore/src/lua']));
  });
});
