import { type SuspectFile, secretInLayer } from './secret-files.ts';

/** `RSA PRIVATE KEY`, `OPENSSH PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`, `PGP PRIVATE KEY BLOCK` … */
const HEADER =
  '(?:-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----|---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----)';
/** On a line of its own, with a line of the key after it. The code of a program that reads keys has it in quotes. */
const AS_LINES = new RegExp(String.raw`(?:^|[\r\n])[ \t]*${HEADER}[ \t]*[\r\n]\s*[A-Za-z0-9+/]`);
/** In a string of JSON, YAML or a shell, with the key after an escaped line break, a space or none. */
const AS_STRING = new RegExp(String.raw`${HEADER}(?:\\+[rn]|\\+u000[ad]|\s)*[A-Za-z0-9+/=]{24}`);
const AGE_KEY = /AGE-SECRET-KEY-1[A-Z0-9]{20}/;
/** The begin of a file: PuTTY, SSH 1, minisign and signify. */
const AT_START =
  /^(?:\ufeff|\xef\xbb\xbf)?(?:PuTTY-User-Key-File-\d|SSH PRIVATE KEY FILE FORMAT|untrusted comment: (?:minisign encrypted|signify) secret key)/;
/** `-----BEGIN ` in Base64, as in the `client-key-data` of a kubeconfig and in Secrets of Kubernetes. */
const BASE64_BEGIN = 'LS0tLS1CRUdJTi';
const NEEDLES = ['BEGIN ', 'AGE-SECRET-KEY-1', BASE64_BEGIN];

/** In bytes, what decides about a place is at most this far before and after it. */
const BEFORE = 64;
const AFTER = 256;

/** Searches the bytes of one file for private keys, in chunks of any size, in linear time and constant memory. */
export class PrivateKeySearch {
  #tail: Uint8Array = new Uint8Array(0);
  #isStart = true;
  /** Whether a private key was found. */
  found = false;
  /** Whether something in PEM was found that is no private key, such as a certificate. */
  hasPublicPem = false;
  isEmpty = true;

  add(chunk: Uint8Array): void {
    if (this.found || chunk.length === 0) return;
    this.isEmpty = false;
    const bytes = Buffer.concat([this.#tail, chunk]);
    if (this.#isStart && AT_START.test(bytes.toString('latin1', 0, 100))) this.found = true;
    for (const needle of NEEDLES)
      for (let at = bytes.indexOf(needle); at >= 0 && !this.found; at = bytes.indexOf(needle, at + needle.length))
        this.#judge(bytes, at, needle);
    // A place near the end is judged again with what follows.
    const keep = BEFORE + AFTER;
    this.#isStart &&= bytes.length <= keep;
    this.#tail = bytes.subarray(Math.max(0, bytes.length - keep));
  }

  #judge(bytes: Buffer, at: number, needle: string): void {
    // Most text that says BEGIN isn't PEM.
    if (needle === 'BEGIN ' && !bytes.toString('latin1', Math.max(0, at - 2), at).includes('-')) return;
    const start = Math.max(0, at - BEFORE);
    const around = bytes.toString('latin1', start, at + AFTER);
    // Without the bytes before it, the begin of the text is no begin of a line.
    const text = start === 0 && this.#isStart ? around : `.${around}`;
    if (needle === BASE64_BEGIN) {
      const decoded = Buffer.from(/^[A-Za-z0-9+/=]+/.exec(around.slice(at - start))?.[0] ?? '', 'base64').toString(
        'latin1',
      );
      this.found = new RegExp(`^${HEADER}`).test(decoded);
    } else if (needle === 'BEGIN ') {
      this.found = AS_LINES.test(text) || AS_STRING.test(text);
      this.hasPublicPem ||= /-----BEGIN (?!.{0,80}PRIVATE KEY)[A-Z0-9 ]{1,80}-----/.test(text);
    } else this.found = AGE_KEY.test(text);
  }
}

/** Watches the content of files on its way into a layer. */
export class PrivateKeyGuard {
  readonly #found: SuspectFile[] = [];

  async *watch(suspect: SuspectFile, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const search = new PrivateKeySearch();
    for await (const chunk of content) {
      search.add(chunk);
      yield chunk;
    }
    // A .pem that isn't only public is taken for a key in a form that we don't know.
    const isUnknownPem = /\.pem$/i.test(suspect.file) && !search.isEmpty && !search.hasPublicPem;
    if (search.found || isUnknownPem) this.#found.push(suspect);
  }

  /** To be called when the layer is written, and before it is pushed. @throws ActionError `secret-in-layer` */
  requireNone(): void {
    const [first, ...others] = this.#found;
    if (first === undefined) return;
    const what = others.length === 0 ? 'a private key' : `${others.length + 1} files with private keys`;
    throw secretInLayer([first, ...others], what);
  }
}
