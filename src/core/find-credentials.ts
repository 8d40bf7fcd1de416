/** Where a credential can stand in a text that is none itself: what people paste from a shell, a browser or a Git remote. */
const PLACES: readonly RegExp[] = [
  // https://user:password@host
  /:\/\/[^/\s:@]*:([^/\s@]+)@/g,
  // user:password@host/path; `name:tag@sha256:…` is an image
  /(?:^|[\s"'=])[^/\s:@"'=]+:([^/\s:@"']+)@(?!sha\d+:)[\w.-]+(?::\d+)?\//gm,
  // ?token=…
  /[?&](?:\w*(?:token|secret|password|passwd|signature)|api_?key|sig)=([^&#\s"']+)/gi,
  // Tokens that their issuers mark as such: GitHub, GitLab, Docker Hub, Slack, AWS, and JSON web tokens.
  /\b(gh[opsur]_\w{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|dckr_pat_[\w-]{16,}|xox[abeprs]-[\w-]{10,}|AKIA[0-9A-Z]{16})\b/g,
  /\b(eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+)/g,
];

/** The credentials inside a text that should hold none, so that no message repeats them. */
export function findCredentials(text: string): string[] {
  return PLACES.flatMap((place) => [...text.matchAll(place)].flatMap(([, found]) => found ?? []));
}
