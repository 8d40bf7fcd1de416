/** Not a value: nothing, a variable, a template, a word for "none", or hidden already. */
export function isPlaceholder(value: string): boolean {
  return /^(?:\**|<.*>|\$\w+|\$?\{.*|\$\(.*|%[\w(].*|amd64|arm64|all|true|false|null|nil|none|undefined|required|missing|(?:id|type)=.*|redacted|\[redacted\]|\(.*)$/i.test(
    value,
  );
}

/** Versions, digests, `2/3` replicas, paths, and images with their registry. */
const PUBLIC = new RegExp(
  `^(?:${[
    String.raw`v?\d{1,5}(?:\.\d{1,5}){2,3}(?:[-+](?:[a-z]{1,10}[.-]?)?\d{0,8}|[-+][0-9a-f]{7,40})?`,
    'sha256:[0-9a-f]{64}',
    String.raw`\d{1,4}\/\d{1,4}`,
    String.raw`(?:\/[a-z][a-z._-]{0,40}){2,12}`,
    String.raw`(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?::\d{1,5})?(?:\/[a-z0-9._-]{1,100})+(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?`,
  ].join('|')})$`,
);

/** Whether a value has the form of something that is no secret, whatever a text calls it: a service can have the name `auth-token`. */
export function isPublicValue(value: string): boolean {
  return PUBLIC.test(value);
}

/** The path of an image up to the place where its last name may go on. It begins with its registry or the name of an owner. */
const REPOSITORY =
  /(?:^|[\s"'`=([{,<>]|:\/\/)(?<first>[\w.-]{1,100}(?::\d{1,5})?)\/(?:[a-z0-9._\\-]{1,100}\/){0,8}[a-z0-9._\\-]{0,100}$/;
const LONGEST_REPOSITORY = 255;
const DIGEST = /@sha256:[0-9a-f]{64}$/;
/** Without a registry before it, only what is certainly a tag: `user/password:hunter2` is none. */
const USUAL_TAG =
  /^(?:v?\d+(?:\.\d+)+(?:[-+][\w.-]{0,40})?|v\d+|(?:sha-)?[0-9a-f]{7,40}|latest|main|master|edge|stable|nightly)$/;

/**
 * Whether a value is the tag of an image whose name ends in a telling word, such as `ghcr.io/acme/auth-token:1.4.2`.
 * @param at where the word starts
 */
export function isImageTag(text: string, at: number, value: string): boolean {
  const tag = value.replace(DIGEST, '');
  if (!/^\w[\w.-]{0,127}$/.test(tag)) return false;
  const first = REPOSITORY.exec(text.slice(Math.max(0, at - LONGEST_REPOSITORY), at))?.groups?.['first'];
  if (first === undefined) return false;
  return /[.:]|^localhost$/.test(first) || tag !== value || USUAL_TAG.test(tag);
}
