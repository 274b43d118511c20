import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseSync } from 'oxc-parser';

const ROOT = resolve(import.meta.dirname, '..');

/** An import may only point to a lower layer than that of its own package. */
const LAYERS = readLayers('docs/architecture.md');

interface Workspace {
  readonly folder: string;
  readonly name: string;
  readonly dependencies: ReadonlySet<string>;
  readonly references: ReadonlySet<string>;
  readonly files: readonly string[];
}

const { workspaces: patterns } = readJson(join(ROOT, 'package.json')) as { workspaces: string[] };
const workspaces = patterns
  .map((pattern) => pattern.replace(/\/\*$/, ''))
  .flatMap((parent) =>
    readdirSync(join(ROOT, parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(join(ROOT, folder, 'package.json')))
      .map(readWorkspace),
  );
const folderOf = new Map(workspaces.map(({ name, folder }) => [name, folder]));

describe('the layers', () => {
  test('every workspace has a layer, and every layer a workspace', () => {
    expect(workspaces.map(({ folder }) => folder).sort()).toEqual(LAYERS.map(({ folder }) => folder).sort());
  });

  test.each(workspaces.map((workspace) => [workspace.folder, workspace] as const))(
    '%s imports only what it declares',
    (_, workspace) => {
      const undeclared = importsOf(workspace, /\.ts$/)
        .filter(({ target }) => !target.startsWith('.') && !target.startsWith('node:'))
        .filter(({ target, test: inTest }) => !inTest || target.startsWith('@millrace/'))
        .filter(({ target }) => packageName(target) !== workspace.name)
        .filter(({ target }) => !workspace.dependencies.has(packageName(target)));
      expect(undeclared).toEqual([]);
    },
  );

  test.each(workspaces.map((workspace) => [workspace.folder, workspace] as const))(
    '%s uses everything it declares',
    (_, workspace) => {
      const used = new Set(importsOf(workspace, /\.ts$/).map(({ target }) => packageName(target)));
      const idle = [...workspace.dependencies].filter(
        (name) => !used.has(name) && !loadedByName(workspace, name),
      );
      expect(idle).toEqual([]);
    },
  );

  test.each(workspaces.map((workspace) => [workspace.folder, workspace] as const))(
    '%s depends on lower layers only, and its references name the same packages',
    (_, workspace) => {
      const siblings = [...workspace.dependencies].flatMap((name) => folderOf.get(name) ?? []);
      expect(siblings.filter((folder) => layerOf(folder) >= layerOf(workspace.folder))).toEqual([]);
      expect([...workspace.references].sort()).toEqual(siblings.sort());
    },
  );

  test('no package and no service depends on the harness', () => {
    const harness = new Set(
      workspaces.filter(({ folder }) => folder.startsWith('test/')).map(({ name }) => name),
    );
    const depending = workspaces
      .filter(({ folder }) => !folder.startsWith('test/'))
      .flatMap(({ folder, dependencies }) =>
        [...dependencies].filter((name) => harness.has(name)).map((name) => `${folder} → ${name}`),
      );
    expect(harness.size).toBeGreaterThan(3);
    expect(depending).toEqual([]);
  });

  test('tests of several packages import packages by their names', () => {
    const reachingIn = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('/dist/'))
      .flatMap((file) => importsOfFile(join('test', file)))
      .filter(({ target }) => /^(\.\.\/)+(packages|services)\//.test(target))
      .map(({ file, target }) => `${file} → ${target}`);
    expect(reachingIn).toEqual([]);
  });

  test.each(['test', 'test/harness'])('the tests of %s reference every workspace', (folder) => {
    expect(referencesOf(folder)).toEqual(workspaces.map((workspace) => workspace.folder).sort());
  });

  test('only compose.ts, engine threads and tests open storage adapters', () => {
    const opening = workspaces
      .filter(({ folder }) => folder !== 'packages/storage')
      .flatMap((workspace) => importsOf(workspace, /\.ts$/))
      .filter(({ test: inTest }) => !inTest)
      .filter(({ names }) => names.some((name) => /^(open|create)(File|Memory|S3)?(Source|Sink)$/.test(name)))
      .map(({ file }) => file)
      .filter((file) => !/\/(compose|engine-thread)\.ts$/.test(file));
    expect(opening).toEqual([]);
  });

  test('neither contract suites nor stores in memory are used outside tests and the harness', () => {
    const product = workspaces.filter(({ folder }) => !folder.startsWith('test/'));
    const inProduction = product
      .flatMap((workspace) => importsOf(workspace, /\.ts$/))
      .filter(({ target, test: inTest }) => !inTest && /^@millrace\/\w+\/(contract|memory)$/.test(target));
    expect(inProduction).toEqual([]);
  });

  test('only packages/lifecycle decides the outcome of an export and settles it, each in one file', () => {
    const ending = workspaces
      .flatMap(({ files }) => files)
      .filter((file) => !file.endsWith('.test.ts') && !file.includes('/contract/'))
      .filter((file) => /\bjobs\.(decide|settle)\(/.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(ending).toEqual(['packages/lifecycle/src/conclude.ts', 'packages/lifecycle/src/end-export.ts']);
  });
});

test('no file of a package imports itself through others', () => {
  const cycles = workspaces.flatMap((workspace) => findCycles(workspace));
  expect(cycles).toEqual([]);
});

function readWorkspace(folder: string): Workspace {
  const manifest = readJson(join(ROOT, folder, 'package.json')) as {
    name: string;
    dependencies?: Record<string, string>;
    optionalDependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  };
  const { dependencies, optionalDependencies, devDependencies } = manifest;
  return {
    folder,
    name: manifest.name,
    // Only tools for developers have development dependencies of their own; they do not go into the image.
    dependencies: new Set(Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies })),
    references: new Set(referencesOf(folder)),
    files: ['src', 'assembly'].flatMap((sources) => sourcesIn(join(folder, sources))),
  };
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

/** `npm run build` writes them (scripts/write-references.mjs). */
function referencesOf(folder: string): string[] {
  const { references } = readJson(join(ROOT, folder, 'tsconfig.build.json')) as {
    references: { path: string }[];
  };
  return references.map(({ path }) => dirname(relative(ROOT, resolve(ROOT, folder, path))));
}

interface Import {
  readonly file: string;
  readonly target: string;
  readonly names: readonly string[];
  readonly test: boolean;
}

function importsOf(workspace: Workspace, files: RegExp): Import[] {
  return workspace.files.filter((file) => files.test(file)).flatMap(importsOfFile);
}

/** @param file from the root */
function importsOfFile(file: string): Import[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const { module } = parseSync(file, source);
  const test = file.endsWith('.test.ts') || /\/(contract|testing)\//.test(file);
  const imported = module.staticImports.map(({ moduleRequest, entries }) => ({
    target: moduleRequest.value,
    names: entries.flatMap(({ importName, localName }) => (importName.name ? [localName.value] : [])),
  }));
  const exported = module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, exportName }) =>
      moduleRequest ? { target: moduleRequest.value, names: exportName.name ? [exportName.name] : [] } : [],
    );
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
    target: targetOf(source.slice(start, end)),
    names: [],
  }));
  return [...imported, ...exported, ...dynamic].map((found) => ({ file, test, ...found }));
}

/** @param expression the source of what is given to `import()` */
function targetOf(expression: string): string {
  return /^(['"])(.*)\1$/s.exec(expression)?.[2] ?? '(computed)';
}

function findCycles(workspace: Workspace): string[] {
  const edges = new Map<string, string[]>();
  for (const { file, target } of importsOf(workspace, /\.ts$/)) {
    if (!target.startsWith('.')) continue;
    const to = join(dirname(file), `${target.replace(/\.js$/, '')}.ts`);
    edges.set(file, [...(edges.get(file) ?? []), to]);
  }
  const cycles: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (path.includes(file) || finished.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    finished.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return cycles;
}

/** Packages that are loaded by a name built at run time, by `createRequire` or through another package. */
function loadedByName(workspace: Workspace, name: string): boolean {
  return workspace.files.some((file) => readFileSync(join(ROOT, file), 'utf8').includes(`'${name}`));
}

function layerOf(folder: string): number {
  return LAYERS.find((listed) => listed.folder === folder)?.layer ?? Number.NaN;
}

/** Rows of the layer table: the layer, the workspaces that are in it, what they are. */
function readLayers(document: string): { folder: string; layer: number }[] {
  const rows = readFileSync(join(ROOT, document), 'utf8').matchAll(/^\| +(\d+) \|([^|]+)\|/gm);
  return [...rows].flatMap(([, layer, folders]) =>
    [...(folders ?? '').matchAll(/`([^`]+)`/g)].map(([, folder]) => ({
      folder: folder ?? '',
      layer: Number(layer),
    })),
  );
}

function packageName(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
