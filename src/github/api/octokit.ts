/** GitHub's client: `getOctokit` of @actions/github. */
export type Octokit = ReturnType<typeof import('@actions/github')['getOctokit']>;

/** `getOctokit` requires a token. Our `fetch` sets the real one for each attempt. */
const NO_TOKEN = 'set by fetch';

/** @param baseUrl of the REST API */
export async function openOctokit(baseUrl: string): Promise<Octokit> {
  const { getOctokit } = await loadToolkit();
  // Octokit returns incomplete JSON as if it were complete, and parses JSON twelve times as slowly as JSON.parse. Our `fetch` returns a
  // complete body that is parsed already.
  return getOctokit(NO_TOKEN, { baseUrl, request: { parseSuccessResponseBody: false } });
}

/**
 * Hides the event file while the package is loaded. The package reads it for its `context`: it prints a line if the file is missing, and
 * throws if the file is not JSON. The actions don't use `context`.
 */
async function loadToolkit() {
  const { GITHUB_EVENT_PATH: file } = process.env;
  delete process.env['GITHUB_EVENT_PATH'];
  try {
    return await import('@actions/github');
  } finally {
    if (file !== undefined) process.env['GITHUB_EVENT_PATH'] = file;
  }
}
