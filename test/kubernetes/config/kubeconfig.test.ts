import { delimiter } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { errorLike, expectWithNote } from '../../jest-support.ts';
import { config, connect, problem, write } from './read.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const inLines = (text: string, lineBreak = '\n') => text.replace(/.{76}/g, `$&${lineBreak}`);

/** How a kubeconfig gets into a secret: `base64 config`, `base64 -w0 config`, PowerShell, a Kubernetes Secret … */
const encodings: Readonly<Record<string, (text: string) => string>> = {
  'one line': base64,
  'lines of 76 characters': (text) => `${inLines(base64(text))}\n`,
  'lines of 76 characters with CRLF': (text) => inLines(base64(text), '\r\n'),
  'lines that are indented': (text) => inLines(base64(text), '\n    '),
  'the alphabet for URLs': (text) => Buffer.from(text).toString('base64url'),
  'UTF-16 with a byte order mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').toString('base64'),
  'Base64 again': (text) => inLines(base64(inLines(base64(text)))),
};

describe('a kubeconfig', () => {
  it.each(Object.entries(encodings))('can be given in Base64, encoded as %s', async (what, encode) => {
    const yaml = `apiVersion: v1\ncurrent-context: a\nclusters: [{name: a, cluster: {server: 'https://10.0.0.1'}}]\ncontexts: [{name: a, context: {cluster: a}}]\n`;
    for (const text of [config(), yaml]) expect((await connect(encode(text))).server.host).toMatch(/^10\.0\.0\.1/);
    expect((await connect(write(`encoded ${what}`, encode(config())))).context).toBe('staging');
  });

  it('can be given as content, in YAML or JSON', async () => {
    const connection = await connect(config({ namespace: 'shop' }));
    expect(connection.server.href).toBe('https://10.0.0.1:6443/');
    expect([connection.context, connection.namespace]).toStrictEqual(['staging', 'shop']);
    const yaml = `current-context: a\nclusters: [{name: a, cluster: {server: 'http://127.0.0.1:1'}}]\ncontexts: [{name: a, context: {cluster: a}}]\n`;
    expect((await connect(yaml)).server.port).toBe('1');
  });

  it('can be given as a path, directly or in KUBECONFIG', async () => {
    const path = write('one', config());
    expect((await connect('one')).context).toBe('staging');
    expect((await connect(undefined, { env: { KUBECONFIG: path } })).context).toBe('staging');
  });

  it('can consist of several files; the first one that sets a value wins', async () => {
    const first = write('first', config({ name: 'a', cluster: { server: 'https://a' } }));
    const second = write('second', config({ name: 'b', cluster: { server: 'https://b' } }));
    const env = { KUBECONFIG: [first, second].join(delimiter) };
    expect((await connect(undefined, { env })).context).toBe('a');
    expect((await connect(undefined, { env, context: 'b' })).server.host).toBe('b');
  });

  it('resolves relative paths from its own folder', async () => {
    write('token.txt', 'from-file\n');
    write('relative', config({ user: { tokenFile: 'token.txt' } }));
    const { credentials } = await connect('relative');
    expect((await credentials.current()).headers['authorization']).toBe('Bearer from-file');
  });

  it.each([
    ['an unknown context', config(), 'context-unknown', /"stagin"; it has "staging".*Did you mean "staging"/, 'stagin'],
    [
      'no current context',
      config({ current: '' }).replace('"current-context":""', '"current-context":null'),
      'context-unknown',
      /no current-context/,
      undefined,
    ],
    ['no such file', 'nowhere.yaml', 'kubeconfig-unreadable', /nowhere\.yaml, no such file or folder\. /, undefined],
    [
      'Base64 of something else',
      Buffer.from('s3cr3t '.repeat(20)).toString('base64'),
      'kubeconfig-unreadable',
      /looks like Base64, but not of a kubeconfig/,
      undefined,
    ],
    [
      'Base64 of something else in several lines',
      inLines(Buffer.from('s3cr3t '.repeat(20)).toString('base64')),
      'kubeconfig-invalid',
      /it is Base64, but not of a kubeconfig/,
      undefined,
    ],
    ['text that is not YAML', 'clusters:\n  - [s3cr3t-in-yaml', 'kubeconfig-invalid', /not YAML/, undefined],
    [
      'YAML of something else',
      'kind: Pod\nmetadata: {}\n',
      'kubeconfig-invalid',
      /no contexts, clusters or users/,
      undefined,
    ],
    [
      'a server that is not a URL',
      config({ cluster: { server: '10.0.0.1' } }),
      'kubeconfig-invalid',
      /no usable server/,
      undefined,
    ],
    [
      'a CA that is not a certificate',
      config({ cluster: { 'certificate-authority-data': 'bm9wZQ==' } }),
      'kubeconfig-invalid-ca',
      /BEGIN CERTIFICATE/,
      undefined,
    ],
    [
      'a missing CA file',
      config({ cluster: { 'certificate-authority': '/nowhere/ca.crt' } }),
      'kubeconfig-unreadable',
      /certificate-authority of cluster "staging" can't be read: \/nowhere\/ca\.crt, no such file or folder\./,
      undefined,
    ],
    [
      'a SOCKS proxy',
      config({ cluster: { 'proxy-url': 'socks5://me:pw@proxy:1080' } }),
      'kubeconfig-unsupported',
      /socks5:\/\/proxy/,
      undefined,
    ],
    [
      'an auth-provider',
      config({ user: { 'auth-provider': { name: 'gcp' } } }),
      'kubeconfig-unsupported',
      /auth-provider "gcp".*gke-gcloud-auth-plugin/s,
      undefined,
    ],
    [
      'half a client certificate',
      config({ user: { 'client-certificate-data': 'eA==' } }),
      'kubeconfig-invalid',
      /only one of/,
      undefined,
    ],
    [
      'an old exec plugin',
      config({ user: { exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'aws' } } }),
      'kubeconfig-unsupported',
      /v1alpha1/,
      undefined,
    ],
    [
      'an interactive exec plugin',
      config({
        user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'login', interactiveMode: 'Always' } },
      }),
      'kubeconfig-unsupported',
      /needs an interactive terminal/,
      undefined,
    ],
  ] as const)('with %s is rejected with a remedy', async (_what, given, code, expected, context) => {
    await expect(connect(given, context ? { context } : {})).rejects.toThrow(
      errorLike((thrown) => {
        expectWithNote(problem(code, expected)(thrown), String(thrown)).toBeTruthy();
        expect(String(thrown)).not.toMatch(/s3cr3t/);
        return true;
      }),
    );
  });

  it('that does not exist is an error with a remedy', async () => {
    await expect(connect(undefined)).rejects.toThrow(
      errorLike(problem('kubeconfig-missing', /Give the content or the path/)),
    );
  });
});
