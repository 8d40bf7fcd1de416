import { ActionError } from '../../../core/error.ts';
import { invalidInput } from '../../../core/inputs.ts';
import type { Runtime } from '../../../entry/context.ts';
import type { TokenSource } from '../../../github/api/api-requester.ts';
import { GitHub } from '../../../github/api/client.ts';
import { endpointsOf } from '../../../github/api/endpoints.ts';
import { InvalidPrivateKey, installationTokens } from '../../../github/auth/app-tokens.ts';
import { readRepository } from '../../../github/repository/repository.ts';
import type { PullRequestInputs } from '../inputs.ts';
import { branchNameOf, changeIdentity } from './branch-name.ts';
import type { GitOpsSession } from './session.ts';

type SessionRuntime = Runtime & Pick<GitOpsSession, 'report'>;

/** Connects to GitHub, and finds out between which branches the change goes. */
export async function openSession(inputs: PullRequestInputs, runtime: SessionRuntime): Promise<GitOpsSession> {
  const endpoints = endpointsOf(runtime.env);
  const connect = (token: TokenSource) => GitHub.connect({ ...runtime, endpoints, token });
  const github = await connect(tokenSource(inputs, runtime, connect));
  const repository = await readRepository(github, inputs.repository);
  if (repository.archived)
    throw new ActionError({
      code: 'repository-archived',
      message: `${repository.fullName} is archived: nothing can be written to it.`,
      remedy: 'Unarchive it, or set `repository` to another GitOps repository.',
    });
  const base = inputs.base ?? repository.defaultBranch;
  const branch = inputs.mode === 'commit' ? base : branchNameOf(inputs);
  if (inputs.mode !== 'commit' && branch === base)
    throw new ActionError({
      code: 'input-invalid',
      message: `Input \`branch\` is ${branch}, which is the base itself.`,
      remedy: 'Set `branch` to another name, or set `mode: commit` to commit straight onto the base.',
    });
  return { ...runtime, github, repository, base, branch, identity: changeIdentity(inputs) };
}

/** The given token, or the tokens of the given GitHub App. */
function tokenSource(
  { appId, privateKey, repository, token }: PullRequestInputs,
  { clock, secrets }: SessionRuntime,
  connect: (token: TokenSource) => Promise<GitHub>,
): TokenSource {
  if (appId === undefined || privateKey === undefined) return async () => token;
  const ofApp = installationTokens(connect, clock, { appId, privateKey, repository }, (secret) => secrets.add(secret));
  return async () => {
    try {
      return await ofApp();
    } catch (thrown) {
      if (!(thrown instanceof InvalidPrivateKey)) throw thrown;
      throw invalidInput(
        'private-key',
        'is not an RSA private key in PEM form (its value is hidden: it is a secret).',
        ['Give the whole file that GitHub made for the App, from "-----BEGIN" to "-----END".'],
        thrown.cause,
      );
    }
  };
}
