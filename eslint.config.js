import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import { dependencyRules, testDependencyRules } from './tools/boundaries/dependency-rules.js';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/generated/**', '.waybill/**', '.nx/**', '**/*.mjs', '*.config.js'] },
  ...tseslint.configs.recommended,
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { allow: [], depConstraints: dependencyRules }],
    },
  },
  {
    files: ['libs/**/*.spec.ts', 'libs/**/testing/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': ['error', { allow: [], depConstraints: testDependencyRules }],
    },
  },
  {
    // End-to-end tests start, kill and judge the system with the same tools as everybody.
    files: ['apps/system-tests/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: ['../../../../tools/**', '../../../tools/**'], depConstraints: dependencyRules },
      ],
    },
  },
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-empty': 'error',
      eqeqeq: 'error',
    },
  },
  {
    // Nest injects by the types of constructor parameters, which a type-only import would erase.
    files: ['apps/**/*.ts', 'libs/service-kit/**/*.ts', 'libs/messaging-nest/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  prettier,
);
