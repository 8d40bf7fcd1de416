import type { PullRequestText } from '../../../github/pull-requests/pull-requests.ts';
import { parseJson, stringAt } from '../../../json/json.ts';
import { hashOf } from '../wording/wording.ts';

/** What the action remembers about a pull request, hidden at the end of its body. */
export interface Marker {
  /** Of the title and body as the action wrote them: another hash means that a person edited them. */
  readonly title: string;
  readonly body: string;
  /** Of the contents that were wanted. */
  readonly fingerprint: string;
}

const PATTERN = /(?<!\s)\s*<!-- open-gitops-PR (\{.*?\}) -->\s*$/;

/** The body with its marker. */
export function withMarker(text: string, marker: Marker): string {
  return `${text}\n\n<!-- open-gitops-PR ${JSON.stringify(marker)} -->`;
}

/** The body as people see it, and the marker; none where a person has removed it or opened the pull request. */
export function splitMarker(body: string): { readonly text: string; readonly marker: Marker | undefined } {
  const found = PATTERN.exec(body);
  const data = parseJson(found?.[1] ?? '');
  const [title, text, fingerprint] = ['title', 'body', 'fingerprint'].map((key) => stringAt(data, key));
  if (!found || title === undefined || text === undefined || fingerprint === undefined)
    return { text: body, marker: undefined };
  return { text: body.slice(0, found.index), marker: { title, body: text, fingerprint } };
}

export function newText(text: PullRequestText, fingerprint: string): PullRequestText {
  const marker = { title: hashOf(text.title), body: hashOf(text.body), fingerprint };
  return { title: text.title, body: withMarker(text.body, marker) };
}

/** Title and body brought up to date, except where a person has edited them. */
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
