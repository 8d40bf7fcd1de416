import { createHash } from 'node:crypto';
import type { PullRequestText } from '../../../github/pull-requests/pull-requests.ts';
import { parseJson, stringAt } from '../../../json/json.ts';

/** What the action stores about a pull request, in a hidden comment at the end of its body. */
export interface Marker {
  /** Hashes of title and body as the action wrote them. If they no longer match, a person edited the text. */
  readonly title: string;
  readonly body: string;
  /** The fingerprint of the desired state. */
  readonly fingerprint: string;
}

const OPENING = '<!-- open-gitops-PR ';
const CLOSING = ' -->';

export function withMarker(text: string, marker: Marker): string {
  return `${text}\n\n${OPENING}${JSON.stringify(marker)}${CLOSING}`;
}

/** Splits a body into the visible text and the marker. The marker is missing if a person removed it or opened the pull request. */
export function splitMarker(body: string): { readonly text: string; readonly marker: Marker | undefined } {
  const whole = body.trimEnd();
  const start = whole.indexOf(`${OPENING}{`, whole.lastIndexOf('\n') + 1);
  const isMarked = start >= 0 && whole.endsWith(`}${CLOSING}`);
  const data = isMarked ? parseJson(whole.slice(start + OPENING.length, -CLOSING.length)) : undefined;
  const [title, text, fingerprint] = ['title', 'body', 'fingerprint'].map((key) => stringAt(data, key));
  if (title === undefined || text === undefined || fingerprint === undefined) return { text: body, marker: undefined };
  return { text: body.slice(0, start).trimEnd(), marker: { title, body: text, fingerprint } };
}

/** Title and body of a new pull request. */
export function newText(text: PullRequestText, fingerprint: string): PullRequestText {
  const marker = { title: hashOf(text.title), body: hashOf(text.body), fingerprint };
  return { title: text.title, body: withMarker(text.body, marker) };
}

/** Updates title and body, except for those that a person edited. */
export function updatedText(current: PullRequestText, wanted: PullRequestText, fingerprint: string): PullRequestText {
  const { text, marker } = splitMarker(current.body);
  if (!marker) return current;
  const ownTitle = hashOf(current.title) === marker.title;
  const ownBody = hashOf(text) === marker.body;
  const updated = {
    title: ownTitle ? hashOf(wanted.title) : marker.title,
    body: ownBody ? hashOf(wanted.body) : marker.body,
    fingerprint,
  };
  const unchanged = JSON.stringify(updated) === JSON.stringify(marker);
  if (unchanged) return current;
  const body = ownBody ? wanted.body : text;
  return { title: ownTitle ? wanted.title : current.title, body: withMarker(body, updated) };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n').trim()).digest('hex').slice(0, 16);
}
