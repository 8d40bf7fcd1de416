import { X509Certificate } from 'node:crypto';
import { invalidInput } from '../../core/inputs.ts';

/** Refuses what TLS would stumble over much later. @throws ActionError `input-invalid` where a text is no list of PEM certificates */
export function requireCertificates(text: string | undefined): void {
  if (text === undefined) return;
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > 0 && blocks.every(isCertificate)) return;
  throw invalidInput('registry-ca', 'takes PEM certificates (-----BEGIN CERTIFICATE----- …), but got something else.', [
    /^[\w./-]+$/.test(text) ? 'It looks like a path: give the content of the file.' : '',
    text.includes('PRIVATE KEY') ? 'It holds a private key, which has no place here.' : '',
    'Give the certificate of the authority as its file holds it, with all lines.',
  ]);
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0;
  } catch {
    return false;
  }
}
