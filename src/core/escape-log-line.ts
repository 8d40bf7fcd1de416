/** Control characters but the tab, and but colours: they hide text, or move it to where it was not written. */
const CONTROL = /(?!\t|\p{Cc}\[[\d;]*m)\p{Cc}|\p{Bidi_Control}/gu;

/**
 * Foreign text as a log line that the runner can't take for a command (`::set-output …`, `##[error]…`), and that says what it shows.
 * `@actions/core` writes a line of the log as it is, so a server's answer could set variables of the job. The runner trims more from
 * a line's beginning than JavaScript calls white space.
 */
export function escapeLogLine(line: string): string {
  return line
    .replace(CONTROL, '\ufffd')
    .replace(/^([\s\p{C}]*)::/u, '$1:\u200b:')
    .replaceAll('##[', '##\u200b[');
}
