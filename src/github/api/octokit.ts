/** GitHub's client: `getOctokit` of @actions/github. */
export type Octokit = ReturnType<typeof import('@actions/github')['getOctokit']>;

/** `getOctokit` refuses to be without a token; the real one is put in by our `fetch`, anew for each attempt. */
const NO_TOKEN = 'given by fetch';

/** @param baseUrl of the REST API */
export async function openOctokit(baseUrl: string): Promise<Octokit> {
  const { getOctokit } = await loadToolkit();
  // Octokit gives half of a JSON text out as a whole answer, and reads JSON twelve times as slowly as JSON.parse: the body that our `fetch`
  // hands over is parsed and known to be whole.
  return getOctokit(NO_TOKEN, { baseUrl, request: { parseSuccessResponseBody: false } });
}

/**
 * The package makes its `context` when it is loaded: it reads the event's file, prints a line where there is none, and throws where it is
 * no JSON. Nobody here needs the event, so the file is hidden that long.
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
