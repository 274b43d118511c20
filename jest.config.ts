/**
 * Node 20 does not read TypeScript by itself; this is the loader that Jest accepts beside ts-node.
 *
 * @jest-config-loader esbuild-register
 */
import { availableParallelism } from 'node:os';
import type { Config } from 'jest';

/**
 * Tests run as ES modules and resolve the packages of this repository by the export condition `source`, so they need no
 * build.
 */
function project(displayName: string, ...testMatch: string[]) {
  return {
    displayName,
    testMatch,
    testEnvironment: 'node',
    testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
    extensionsToTreatAsEsm: ['.ts'],
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    transform: {
      '^.+\\.ts$': [
        '@swc/jest',
        { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
      ] as [string, Record<string, unknown>],
    },
    modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
    testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  };
}

export default {
  testTimeout: 60_000,
  // Many suites wait for processes of their own: on two cores, Jest by itself would run one at a time.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Modules of a suite are not freed after it: without this all suites share one process, until its heap is full.
  workerIdleMemoryLimit: '1GB',
  projects: [
    project('unit', '<rootDir>/{packages,services,test/harness}/*/src/**/*.test.ts'),
    project('quick', '<rootDir>/.cache/quick/*.test.ts'),
    project('integration', '<rootDir>/test/**/*.test.ts', '!**/test/harness/**'),
    project('s3', '<rootDir>/test/**/*.s3.ts'),
    project('pipelines', '<rootDir>/test/**/*.pipeline.ts'),
    project('browser', '<rootDir>/test/**/*.browser.ts'),
    project('failover', '<rootDir>/test/**/*.failover.ts'),
  ],
} satisfies Config;
