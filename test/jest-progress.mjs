/** jest's own report of each file. The name `default` would put the summary below the closing line. */
export { DefaultReporter as default } from '@jest/reporters';
