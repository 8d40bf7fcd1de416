import { assignedCredentialsIn } from './credentials/assignments.ts';
import { privateKeysIn } from './credentials/private-keys.ts';
import { tokensIn } from './credentials/token-formats.ts';
import { urlCredentialsIn } from './credentials/urls.ts';
import { decodedViews } from './decoded-views.ts';
import { hideRanges, type Range } from './ranges.ts';

/**
 * Finds credentials in a text that shouldn't contain any, as people paste it from a shell, a browser or a Git remote, so that they can be
 * masked everywhere. Only what certainly is one: masking hides a value in every other text as well.
 */
export function findCredentials(text: string): string[] {
  return [...new Set(certainIn(text).map(({ start, end }) => text.slice(start, end)))];
}

/**
 * Hides what a text from outside (a pod's log, an event, a server's answer) shows of credentials: tokens with a known form, passwords in
 * URLs, private keys, and values that the text calls a password or a token; also if the text is escaped, as in a URL or in HTML. In time
 * linear in the text. A JSON text stays JSON.
 */
export function redactCredentials(text: string): string {
  return hideRanges(
    text,
    decodedViews(text).flatMap((view) => credentialsIn(view.text).map((range) => view.originalOf(range))),
  );
}

function credentialsIn(text: string): readonly Range[] {
  const certain = certainIn(text);
  // In `x-access-token:…@github.com` only the URL tells where the token ends.
  const starts = new Set(certain.filter(({ end }) => text[end] === '@').map(({ start }) => start));
  return [...certain, ...assignedCredentialsIn(text).filter(({ start }) => !starts.has(start))];
}

function certainIn(text: string): readonly Range[] {
  return [...urlCredentialsIn(text), ...tokensIn(text), ...privateKeysIn(text)];
}
