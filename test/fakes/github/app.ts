import { createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '../../../src/core/clock.ts';
import { numberAt, parseJson } from '../../../src/json/json.ts';
import { Refusal } from './model.ts';

/** A registered GitHub App. Its key signs the JWTs that it exchanges for installation tokens. */
export class RegisteredApp {
  readonly id: number;
  readonly privateKey: string;
  readonly #publicKey: KeyObject;

  constructor(id: number) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.id = id;
    this.privateKey = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    this.#publicKey = publicKey;
  }

  /** @throws Refusal 401 with GitHub's message if the JWT has a wrong signature, is not valid now, or is valid for too long. */
  verify(jwt: string, clock: Clock): void {
    const [header = '', payload = '', signature = ''] = jwt.split('.');
    const verifier = createVerify('RSA-SHA256').update(`${header}.${payload}`);
    if (!verifier.verify(this.#publicKey, Buffer.from(signature, 'base64url')))
      throw new Refusal(401, 'A JSON web token could not be decoded');
    const claims = parseJson(Buffer.from(payload, 'base64url').toString());
    const now = Math.floor(clock.now() / 1000);
    const issued = numberAt(claims, 'iat') ?? Number.NaN;
    const expires = numberAt(claims, 'exp') ?? Number.NaN;
    if (!(issued <= now))
      throw new Refusal(
        401,
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
      );
    if (!(expires > now && expires - now <= 600))
      throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  }

  /** Whether a JWT claims to be from this App. */
  issued(jwt: string): boolean {
    const [, payload = ''] = jwt.split('.');
    const claims = parseJson(Buffer.from(payload, 'base64url').toString());
    return typeof claims === 'object' && claims !== null && 'iss' in claims && String(claims.iss) === String(this.id);
  }
}
