/** jest's report of each file. With the name `default`, jest would print its summary below the closing line. */
export { DefaultReporter as default } from '@jest/reporters';
