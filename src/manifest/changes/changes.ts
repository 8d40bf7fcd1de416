/** What passes from a bump to whoever makes the same changes elsewhere: the list, how it is read, and how it is applied. */
export { type Applied, applyChanges } from './apply-changes.ts';
export { type FileChange, manifestChanges, parseChanges } from './file-change.ts';
