/** Credentials inside other text, as people paste it from a shell, a browser or a Git remote. */
const PATTERNS: readonly RegExp[] = [
  // https://user:password@host
  /:\/\/[^/\s:@]*:([^/\s@]+)@/g,
  // user:password@host/path, but not an image such as name:tag@sha256:…
  /(?:^|[\s"'=])[^/\s:@"'=]+:([^/\s:@"']+)@(?!sha\d+:)[\w.-]+(?::\d+)?\//gm,
  // ?token=…
  /[?&](?:\w*(?:token|secret|password|passwd|signature)|api_?key|sig)=([^&#\s"']+)/gi,
  // Tokens with a known prefix: GitHub, GitLab, Docker Hub, Slack, AWS; and JSON Web Tokens.
  /\b(gh[opsur]_\w{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|dckr_pat_[\w-]{16,}|xox[abeprs]-[\w-]{10,}|AKIA[0-9A-Z]{16})\b/g,
  /\b(eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+)/g,
];

/** Finds credentials in a text that shouldn't contain any, so that they can be masked. */
export function findCredentials(text: string): string[] {
  return PATTERNS.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, found]) => found ?? []));
}
