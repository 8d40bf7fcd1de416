/** What passes from a bump to whoever makes the same changes elsewhere: the list, how it is read, and how it is applied. */
export { type ApplyResult, applyChanges } from './apply-changes.ts';
export { type FileChange, manifestChanges, parseChanges } from './file-change.ts';
