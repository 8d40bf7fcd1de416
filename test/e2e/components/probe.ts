import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { connect } from 'node:net';

/** A probe that succeeds when a GET of `url` returns 200. `ca` (PEM) is the certificate authority of an https server. */
export function answers(url: string, ca?: string): () => Promise<boolean> {
  return async () => {
    const status = await statusOf(url, ca);
    if (status !== 200) throw new Error(`${url} answers ${status}`);
    return true;
  };
}

/** A probe that succeeds when the port of the loopback address accepts a connection. */
export function accepts(port: number): () => Promise<boolean> {
  return () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject).once('connect', () => {
        socket.destroy();
        resolve(true);
      });
    });
}

function statusOf(url: string, ca: string | undefined): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 5000, agent: false as const };
    const request = url.startsWith('https:') ? getHttps(url, { ...options, ca }) : getHttp(url, options);
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('timeout', () => request.destroy(new Error(`${url} does not answer`)));
    request.once('error', reject);
  });
}
