/** The settings of both projects. @type {import('jest').Config} */
const common = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json', 'node'],
  // Without a transform, Node 24 strips the types itself.
  transform: {},
  testEnvironment: '<rootDir>/test/jest-environment.mjs',
  modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/dist/', '<rootDir>/examples/', '<rootDir>/.demo/'],
};

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
    },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
  ],
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'lcovonly'],
  // What the unit tests covered when these numbers were set. Raise them, don't lower them.
  coverageThreshold: { global: { statements: 97, branches: 93, functions: 97.5, lines: 97 } },
  reporters: ['<rootDir>/test/jest-progress.mjs', '<rootDir>/test/jest-closing-line.mjs'],
  testTimeout: 300_000,
  maxWorkers: 2,
  // vm contexts leak memory (jest issue 14605), so a worker that has grown is replaced before its next file.
  workerIdleMemoryLimit: '600MB',
};
