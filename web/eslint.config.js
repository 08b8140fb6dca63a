import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** app → features → ui, lib, api. A folder may not import what stands to its right in this list. */
const layer = (folder, banned) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  ignores: ['**/*.test.{ts,tsx}'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { group: ['../*'], message: 'Import across folders with @/, so that the boundaries show.' },
          ...banned.map(([group, message]) => ({ group, message })),
        ],
      },
    ],
  },
});
const APP = [['@/app/*', '@/app/**'], 'Only the app composes; nothing imports it.'];
const FEATURES = [['@/features/*', '@/features/**'], 'Features are blind to each other: share through ui, lib or api.'];
const TEST = [['@/test/*', '@/test/**', 'msw'], 'Test code stays out of the product.'];
const STATE = [['@tanstack/react-router', '@tanstack/react-query', '@/api/*', '@/api/**'], 'This layer knows neither routes nor the server.'];
const UI = [['@/ui/*', '@/ui/**', 'react', '@mantine/*'], 'This layer draws nothing.'];

export default tseslint.config(
  { ignores: ['dist', 'dist-mock', 'node_modules', 'src/api/generated', 'test-results', 'playwright-report'] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { globals: globals.browser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    plugins: { 'react-hooks': hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'ExportAllDeclaration', message: 'No barrels.' },
      ],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  layer('features', [APP, FEATURES, TEST]),
  layer('ui', [APP, FEATURES, TEST, STATE]),
  layer('lib', [APP, FEATURES, TEST, STATE, UI]),
  layer('api', [APP, FEATURES, TEST, [['@/ui/*'], 'This layer draws nothing.']]),
  layer('app', [TEST]),
  { files: ['*.config.{ts,js}', 'scripts/**'], rules: { 'no-restricted-syntax': 'off', 'no-console': 'off' } },
  { files: ['**/*.{js,mjs}'], ...tseslint.configs.disableTypeChecked },
  { files: ['scripts/**'], languageOptions: { globals: globals.node } },
  {
    files: ['src/test/**', '**/*.test.{ts,tsx}', 'e2e/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
);
