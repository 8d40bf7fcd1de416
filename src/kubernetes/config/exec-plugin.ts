import { ActionError } from '../../core/error.ts';
import { isObject, listAt, parseJson, stringAt } from '../../json/json.ts';
import { describeResult } from '../../program/result.ts';
import { runProgram } from '../../program/run.ts';
import { type ClusterCredentials, type CredentialContext, type Identity, withBearerToken } from './identity.ts';
import type { ContextEntry } from './kubeconfig.ts';
import { PluginOutput } from './plugin-output.ts';

interface Plugin {
  readonly config: Readonly<Record<string, unknown>>;
  readonly context: ContextEntry;
  readonly base: Identity;
  readonly environment: CredentialContext;
}

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
/** How long before its expiry a token is renewed, in ms, so that it doesn't expire while a request is sent. */
const MARGIN = 2000;
/** A plugin that runs longer than this, in ms, and has said nothing, hangs. Another one may wait for a person to log in. */
const LONGEST_SILENCE = 60_000;

/** Credentials from an exec plugin. It runs when credentials are first needed, when they expire, and after a 401. */
export function execCredentials(plugin: Plugin): ClusterCredentials {
  const { config, environment } = plugin;
  const version = stringAt(config, 'apiVersion') ?? '';
  if (!VERSIONS.includes(version))
    throw new ActionError({
      code: 'kubeconfig-unsupported',
      message: `The exec plugin of the kubeconfig uses the API version "${version}".`,
      remedy: `Create the kubeconfig with a current tool. Supported versions are ${VERSIONS.join(' and ')}.`,
    });
  if (stringAt(config, 'interactiveMode') === 'Always')
    throw new ActionError({
      code: 'kubeconfig-unsupported',
      message: `The exec plugin "${stringAt(config, 'command')}" of the kubeconfig needs an interactive terminal.`,
      remedy: 'Use a plugin that works without a terminal, or a token.',
    });
  if (!stringAt(config, 'command'))
    throw new ActionError({
      code: 'kubeconfig-invalid',
      message: `The exec plugin of the user "${plugin.context.userName}" of the kubeconfig has no \`command\`.`,
      remedy: 'Set `command` to the program that prints the credentials, or create the kubeconfig again.',
    });
  let known: { identity: Identity; expires: number } | undefined;
  const command = stringAt(config, 'command') ?? '';
  let running: { readonly output: PluginOutput; readonly identity: Promise<Identity> } | undefined;
  const run = async (output: PluginOutput) => {
    known = await runPlugin(plugin, version, output);
    return known.identity;
  };
  const runOnce = () => {
    if (running) return running.identity;
    const { secrets, show = () => {} } = environment;
    const output = new PluginOutput({ command, show, redact: (text) => secrets.redact(text) });
    const identity = run(output).finally(() => {
      running = undefined;
    });
    running = { output, identity };
    return identity;
  };
  return {
    get runningProgram() {
      return running && { command, lastLines: running.output.lastLines };
    },
    async current() {
      return known && environment.clock.now() < known.expires - MARGIN ? known.identity : runOnce();
    },
    async renew() {
      await runOnce();
      return true;
    },
  };
}

async function runPlugin(plugin: Plugin, version: string, output: PluginOutput) {
  const { config, base, environment } = plugin;
  const command = stringAt(config, 'command') ?? '';
  const result = await runUntilSilent(plugin, version, output);
  output.end();
  if (result.kind === 'not-found')
    throw new ActionError({
      code: 'kubeconfig-exec-missing',
      message: `The kubeconfig gets its credentials from the program "${command}", which is not installed.`,
      remedy: stringAt(config, 'installHint') ?? 'Install it in an earlier step, or use a token.',
    });
  if (result.kind === 'not-executable')
    throw new ActionError({
      code: 'kubeconfig-exec-failed',
      message: `The program "${command}", from which the kubeconfig gets its credentials, failed: it can't be executed by the job's user.`,
      remedy: `Is it a program? Then run \`chmod +x ${command}\` in an earlier step.`,
    });
  if (result.kind !== 'exited' || result.code !== 0) throw failed(command, `it ${describeResult(result)}`, output);
  return readCredential(parseJson(result.stdout), command, base, environment, output);
}

/** Runs the plugin. @throws ActionError if it says nothing for too long. */
async function runUntilSilent({ config, context, environment }: Plugin, version: string, output: PluginOutput) {
  const command = stringAt(config, 'command') ?? '';
  const silence = new AbortController();
  const timer = setTimeout(() => {
    const problem = `it has said nothing for ${LONGEST_SILENCE / 1000} s, and has not ended`;
    if (output.isEmpty) silence.abort(failed(command, problem, output));
  }, LONGEST_SILENCE);
  try {
    return await runProgram({
      program: command,
      args: listAt(config, 'args').filter((arg) => typeof arg === 'string'),
      cwd: environment.cwd,
      env: { ...environment.env, ...variables(config), KUBERNETES_EXEC_INFO: execInfo(config, context, version) },
      signal: environment.signal ? AbortSignal.any([environment.signal, silence.signal]) : silence.signal,
      timeout: environment.timeout ?? LONGEST_SILENCE,
      onErrorLine: output.add,
    });
  } finally {
    clearTimeout(timer);
  }
}

function readCredential(
  answer: unknown,
  command: string,
  base: Identity,
  environment: CredentialContext,
  output: PluginOutput,
) {
  const token = stringAt(answer, 'status', 'token');
  const cert = stringAt(answer, 'status', 'clientCertificateData');
  const key = stringAt(answer, 'status', 'clientKeyData');
  const expiry = Date.parse(stringAt(answer, 'status', 'expirationTimestamp') ?? '');
  if (!token && !(cert && key))
    throw failed(command, 'its output is not an ExecCredential with a token or a certificate', output);
  if (key) environment.secrets.add(key);
  const certified = cert && key ? { ...base, certificate: { cert, key } } : base;
  return {
    identity: token ? withBearerToken(certified, token, environment.secrets) : certified,
    expires: Number.isNaN(expiry) ? Number.POSITIVE_INFINITY : expiry,
  };
}

function failed(command: string, problem: string, { cause, linesAfterCause }: PluginOutput): ActionError {
  const said = cause === undefined ? '' : `: ${cause.replace(/\.$/, '')}`;
  const reason = [`${problem}${said}.`, ...linesAfterCause.map((line) => `| ${line}`)].join('\n');
  return new ActionError({
    code: 'kubeconfig-exec-failed',
    message: `The program "${command}", from which the kubeconfig gets its credentials, failed: ${reason}`,
    remedy: 'Run it in an earlier step to see what is missing. Often it is a login step or a permission.',
  });
}

function variables(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    listAt(config, 'env').flatMap((variable) => {
      const [name, value] = [stringAt(variable, 'name'), stringAt(variable, 'value')];
      return name === undefined ? [] : [[name, value ?? '']];
    }),
  );
}

function execInfo(config: Readonly<Record<string, unknown>>, { cluster }: ContextEntry, version: string): string {
  const extension = listAt(cluster, 'extensions').find(
    (entry) => stringAt(entry, 'name') === 'client.authentication.k8s.io/exec',
  );
  const info = {
    server: stringAt(cluster, 'server'),
    'tls-server-name': stringAt(cluster, 'tls-server-name'),
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'] === true ? true : undefined,
    'certificate-authority-data': stringAt(cluster, 'certificate-authority-data'),
    'proxy-url': stringAt(cluster, 'proxy-url'),
    config: isObject(extension) ? extension['extension'] : undefined,
  };
  return JSON.stringify({
    apiVersion: version,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(config['provideClusterInfo'] === true ? { cluster: info } : {}) },
  });
}
