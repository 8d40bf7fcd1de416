import { X509Certificate } from 'node:crypto';
import { invalidInput } from '../../../core/inputs.ts';

/** @throws ActionError `input-invalid` if `registry-ca` is not a list of PEM certificates. TLS would report that much later. */
export function requireCertificates(text: string | undefined): void {
  if (text === undefined) return;
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > 0 && blocks.every(isCertificate)) return;
  throw invalidInput('registry-ca', 'takes PEM certificates (-----BEGIN CERTIFICATE----- …), but got something else.', [
    /^[\w./-]+$/.test(text) ? 'It looks like a path: give the content of the file.' : '',
    text.includes('PRIVATE KEY') ? 'It contains a private key: remove it.' : '',
    'Give the certificate of the authority as it is in its file, with all lines.',
  ]);
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0;
  } catch {
    return false;
  }
}
