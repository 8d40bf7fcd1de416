import { lstatSync, realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ActionError } from '../core/error.ts';
import { isInside } from './inside.ts';
import { readRulesFile } from './rules-file.ts';

/** What `.dockerignore` keeps out of a build. */
export interface DockerIgnore {
  /** @param path of a file or folder relative to the context, with `/` */
  ignores(path: string): boolean;
  /** Whether a line with `!` may bring back a file from an ignored folder. */
  readonly hasExceptions: boolean;
}

interface Rule {
  readonly excepts: boolean;
  readonly matches: (path: string) => boolean;
}

/**
 * Reads `.dockerignore` of a context. A link to another file of the context is followed, as Docker does.
 * @throws ActionError `dockerignore-invalid`: to build without it could put secrets into an image
 */
export function readDockerIgnore(context: string): DockerIgnore {
  const file = join(context, '.dockerignore');
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return dockerIgnore('');
  const real = realPath(file);
  const text = real !== undefined && isInside(real, realpathSync(context)) ? readRulesFile(real) : undefined;
  if (text !== undefined) return dockerIgnore(text);
  throw new ActionError({
    code: 'dockerignore-invalid',
    message:
      'The .dockerignore of the context is no file, or a symbolic link that leads out of the context or nowhere.',
    remedy: 'Replace it by a file.',
  });
}

/** `undefined` for a link that leads nowhere. */
function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

/** Parses a `.dockerignore` (docs.docker.com, "Build context"; moby/patternmatcher). The last matching line decides. */
export function dockerIgnore(text: string): DockerIgnore {
  const rules = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap(ruleOf);
  return {
    hasExceptions: rules.some(({ excepts }) => excepts),
    ignores(path) {
      const steps = path.split('/');
      // A folder that matches takes along what is in it.
      const paths = steps.map((_, index) => steps.slice(0, index + 1).join('/'));
      let ignored = false;
      for (const { excepts, matches } of rules) if (excepts === ignored && paths.some(matches)) ignored = !excepts;
      return ignored;
    },
  };
}

function ruleOf(line: string, index: number): Rule[] {
  if (line.startsWith('#')) return [];
  const trimmed = line.trim();
  const excepts = trimmed.startsWith('!');
  const body = (excepts ? trimmed.slice(1) : trimmed).trim();
  if (body === '' && !excepts) return [];
  const clean = posix.normalize(body).replace(/(?<=.)\/$/, '');
  const pattern = clean.length > 1 ? clean.replace(/^\//, '') : clean;
  const steps = body === '' ? undefined : stepsOf(pattern);
  if (steps) return [{ excepts, matches: (path) => matchesAll(steps, path) }];
  throw new ActionError({
    code: 'dockerignore-invalid',
    message: `Line ${index + 1} of .dockerignore is no pattern: "${line.trim()}".`,
    remedy:
      'Close its brackets, and write a pattern after "!". A backslash takes the special meaning from a character.',
  });
}

/** One step of a pattern: what it does to the position in a path. */
type Step =
  | { readonly kind: 'one'; readonly accepts: (char: string) => boolean }
  /** Any number of characters, also `/`. */
  | { readonly kind: 'anything' }
  /** Any number of characters within a name. */
  | { readonly kind: 'name' }
  /** Any number of folders, also none. */
  | { readonly kind: 'folders' };

/** `undefined` for a pattern that Go's `filepath.Match` calls malformed. */
function stepsOf(pattern: string): Step[] | undefined {
  const steps: Step[] = [];
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    if (char === '*' && chars[i + 1] === '*') {
      i += chars[i + 2] === '/' ? 2 : 1;
      // `**suffix` at the start also matches within a name, as in Docker.
      const isSuffix = i === 1 && !/[*?[\]\\]/.test(chars.slice(2).join(''));
      steps.push({ kind: i === chars.length - 1 || isSuffix ? 'anything' : 'folders' });
    } else if (char === '*') steps.push({ kind: 'name' });
    else if (char === '?') steps.push({ kind: 'one', accepts: (found) => found !== '/' });
    else if (char === '[') {
      const set = setAt(chars, i);
      if (set === undefined) return undefined;
      steps.push({ kind: 'one', accepts: set.accepts });
      i = set.end;
    } else {
      if (char === '\\') i += 1;
      const literal = chars[i];
      if (literal === undefined) return undefined;
      steps.push({ kind: 'one', accepts: (found) => found === literal });
    }
  }
  return steps;
}

/** The set of characters whose `[` is at `start`; `undefined` if it is malformed. */
function setAt(chars: readonly string[], start: number) {
  const negated = chars[start + 1] === '^';
  const ranges: [from: string, to: string][] = [];
  let i = start + (negated ? 2 : 1);
  const next = () => {
    if (chars[i] === '\\') i += 1;
    return chars[i++];
  };
  while (chars[i] !== ']' || ranges.length === 0) {
    if (chars[i] === '-' || chars[i] === ']') return undefined;
    const from = next();
    if (from === undefined) return undefined;
    let to: string | undefined = from;
    if (chars[i] === '-') {
      i += 1;
      to = chars[i] === ']' ? undefined : next();
    }
    if (to === undefined) return undefined;
    ranges.push([from, to]);
  }
  const isIn = (char: string) => ranges.some(([from, to]) => from <= char && char <= to);
  return { accepts: (char: string) => char !== '/' && isIn(char) !== negated, end: i };
}

/** Takes time in proportion to the steps times the length of the path, whatever the pattern. */
function matchesAll(steps: readonly Step[], path: string): boolean {
  const chars = [...path];
  // Whether the steps so far can end before each character, and after the last one.
  let reached = [true, ...chars.map(() => false)];
  for (const step of steps) {
    const before = reached;
    // Whether the step may begin at an earlier character and last until this one.
    let lasts = false;
    reached = before.map((begins, at) => {
      const char = chars[at - 1];
      const ends = endsAt(step, { char, begins, lasts, follows: before[at - 1] === true });
      lasts = (step.kind === 'name' ? lasts && char !== '/' : lasts) || begins;
      return ends;
    });
    if (!reached.includes(true)) return false;
  }
  return reached.at(-1) === true;
}

/** Whether a step can end after a character. @param place whether it can begin there, before that character, or earlier */
function endsAt(
  step: Step,
  place: {
    readonly char: string | undefined;
    readonly begins: boolean;
    readonly lasts: boolean;
    readonly follows: boolean;
  },
): boolean {
  const { char, begins, lasts, follows } = place;
  switch (step.kind) {
    case 'one':
      return follows && char !== undefined && step.accepts(char);
    case 'anything':
      return begins || lasts;
    case 'name':
      return begins || (lasts && char !== '/');
    case 'folders':
      return begins || (lasts && char === '/');
  }
}
