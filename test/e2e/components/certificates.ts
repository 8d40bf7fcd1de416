import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

/** Paths of a certificate and its key, in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];

/** Creates a certificate authority in `folder`. */
export async function createAuthority(folder: string): Promise<Certificate> {
  const files = pair(folder, 'ca');
  await run('openssl', ['req', '-x509', ...newKey, ...output(files), '-subj', '/CN=e2e']);
  return files;
}

/** Issues a certificate for a server with these IP addresses. */
export function issueServer(folder: string, name: string, authority: Certificate, addresses: readonly string[]) {
  const names = addresses.map((address) => `IP:${address}`).join(',');
  return issue(folder, name, authority, `/CN=${name}`, [`subjectAltName=${names}`, 'extendedKeyUsage=serverAuth']);
}

/** Issues a certificate that authenticates a client as `user` in `group`. */
export function issueClient(folder: string, name: string, authority: Certificate, user: string, group: string) {
  return issue(folder, name, authority, `/O=${group}/CN=${user}`, ['extendedKeyUsage=clientAuth']);
}

/** Creates the RSA key pair with which the API server signs the tokens of service accounts. */
export function createSigningKey(folder: string): { readonly privateKey: string; readonly publicKey: string } {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const files = { privateKey: join(folder, 'accounts.key'), publicKey: join(folder, 'accounts.pub') };
  writeFileSync(files.privateKey, keys.privateKey, { mode: 0o600 });
  writeFileSync(files.publicKey, keys.publicKey);
  return files;
}

async function issue(
  folder: string,
  name: string,
  authority: Certificate,
  subject: string,
  extensions: readonly string[],
): Promise<Certificate> {
  const files = pair(folder, name);
  const signed = ['-CA', authority.certificate, '-CAkey', authority.key];
  const added = ['basicConstraints=critical,CA:FALSE', ...extensions].flatMap((extension) => ['-addext', extension]);
  await run('openssl', ['req', '-x509', ...newKey, ...signed, ...output(files), '-subj', subject, ...added]);
  return files;
}

function pair(folder: string, name: string): Certificate {
  return { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
}

function output(files: Certificate): string[] {
  return ['-keyout', files.key, '-out', files.certificate];
}
