import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { typeErrors } from './scripts/type-errors.js';

/** It only hides from the formatter that a literal has many members. Conditional spreads are no literals. */
const literalSpreads = [
  'ObjectExpression > SpreadElement > ObjectExpression.argument',
  'ObjectExpression > SpreadElement > TSAsExpression.argument > ObjectExpression',
  ':matches(ArrayExpression, CallExpression, NewExpression) > SpreadElement > ArrayExpression.argument',
  ':matches(ArrayExpression, CallExpression, NewExpression) > SpreadElement > TSAsExpression.argument > ArrayExpression',
].map((selector) => ({ selector, message: 'Write the members into the outer literal or call themselves.' }));

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.cache/**', '.local/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict, tseslint.configs.recommendedTypeChecked],
    // One program of all sources: with one for each workspace, the sources of the lower ones are read again and again.
    languageOptions: {
      parserOptions: { project: 'tsconfig.lint.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { types: { rules: { errors: typeErrors } } },
  },
  {
    files: ['**/*.ts'],
    rules: {
      'types/errors': 'error',
      'max-lines': ['error', { max: 400 }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only main.ts reads the environment.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[importKind='value'][source.value='zod'] > ImportSpecifier",
          message: "Write import * as z from 'zod': a bundler then leaves out what is not used.",
        },
        {
          selector:
            'CallExpression[callee.property.name=/^(push|unshift|splice|max|min|fromCharCode|fromCodePoint)$/] > SpreadElement',
          message:
            'Each element becomes an argument on the stack, which takes some 100,000: use a loop or an array.',
        },
        ...literalSpreads,
      ],
      // A port promises, and its memory twin has nothing to wait for; what it throws must be a rejection all the same.
      '@typescript-eslint/require-await': 'off',
      // Ports are records of closures: nothing here reads `this` but classes, whose methods are not passed around.
      '@typescript-eslint/unbound-method': 'off',
      // What `using` holds is given back when the function ends, which must not be before its work does.
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      // A rejection passes on the error that was caught, whatever its type.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true, ignoreUsingDeclarations: true },
      ],
    },
  },
  {
    files: [
      '**/main.ts',
      '**/*.test.ts',
      '**/*.s3.ts',
      'test/*.ts',
      'test/!(harness)/**/*.ts',
      '*.config.ts',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-exports': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/*.s3.ts', 'test/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...literalSpreads] },
  },
  {
    // AssemblyScript: functions that are to be inlined must be static methods, or no parser but its own reads the file.
    files: ['packages/{scan,formats}/assembly/**/*.ts'],
    languageOptions: {
      globals: {
        i8x16: 'readonly',
        v128: 'readonly',
        memory: 'readonly',
        load: 'readonly',
        store: 'readonly',
        ctz: 'readonly',
        clz: 'readonly',
        popcnt: 'readonly',
        bswap: 'readonly',
        unreachable: 'readonly',
        min: 'readonly',
        max: 'readonly',
        u64: 'readonly',
        __heap_base: 'readonly',
      },
    },
    extends: [tseslint.configs.disableTypeChecked],
    rules: {
      'types/errors': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-loss-of-precision': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
);
