import { expect, test } from '@jest/globals';
import { sourcesBelow } from './sources.ts';

/** What waits for something outside has a limit. These rules fail when a new call is added without one. */

const sources = sourcesBelow('src');

/** The texts of the calls of a function outside of its own folder, as `path: call`. */
function callsOf(name: string, home: string): readonly string[] {
  return sources
    .filter(({ path }) => !path.startsWith(home))
    .flatMap(({ path, text }) =>
      [...text.matchAll(new RegExp(`\\b${name}\\(`, 'g'))].map((match) => `${path}: ${callAt(text, match.index)}`),
    );
}

/** A call from its name to the bracket that closes it. */
function callAt(text: string, start: number): string {
  let depth = 0;
  for (let end = text.indexOf('(', start); end < text.length; end += 1) {
    if (text[end] === '(') depth += 1;
    if (text[end] === ')') depth -= 1;
    if (depth === 0) return text.slice(start, end + 1);
  }
  throw new Error(`a bracket is not closed: ${text.slice(start, start + 80)}`);
}

test('every program that runs has the signal of the action and a timeout', () => {
  const calls = callsOf('runProgram', 'src/program/');
  expect(calls.length).toBeGreaterThan(3);
  expect(calls.filter((call) => !/\bsignal\b/.test(call) || !/\btimeout\b/.test(call))).toStrictEqual([]);
});

test('every query to a program has the signal of the action; its timeout has a default', () => {
  const calls = callsOf('probeOutput', 'src/program/');
  expect(calls.length).toBeGreaterThan(3);
  expect(calls.filter((call) => !/\bsignal\b|\.\.\.runtime\b/.test(call))).toStrictEqual([]);
});

test('only a watch has a response without a time limit', () => {
  const users = sources.filter(({ text }) => /idleTimeout: 0|timeLimit: Number\.POSITIVE_INFINITY/.test(text));
  expect(users.map(({ path }) => path)).toStrictEqual(['src/kubernetes/api/client.ts']);
});

test('every request goes through src/http, where its limits are', () => {
  const opensConnections = /from 'node:(https?|http2)'|\bconnect\b.* from 'node:(net|tls)'/;
  const others = sources.filter(({ path, text }) => !path.startsWith('src/http/') && opensConnections.test(text));
  expect(others.map(({ path }) => path)).toStrictEqual([]);
  expect(
    sources
      .filter(({ text }) => /(?<![.\w])fetch\(/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')))
      .map(({ path }) => path),
  ).toStrictEqual([]);
});

test('every loop over pages that a server names has an end', () => {
  const users = sources.filter(({ text }) => /rel="next"|'continue'/.test(text));
  expect(users.length).toBeGreaterThan(1);
  expect(users.filter(({ text }) => !/\bMAX_PAGES\b/.test(text)).map(({ path }) => path)).toStrictEqual([]);
});
