// The cart: what a customer is about to buy. Plain Node, no dependencies; see ../README.md.
import { createServer } from 'node:http';
import { requestMetrics } from './metrics.mjs';

const version = process.env.VERSION ?? 'dev';
const track = process.env.TRACK ?? 'stable';
const metrics = requestMetrics({ app: 'cart', track, version });
const carts = new Map();

function answer(method, path) {
  if (path === '/healthz') return { status: 'ok' };
  if (path === '/') return { service: 'cart', version, carts: carts.size };
  const [, , customer, good] = path.split('/');
  if (!path.startsWith('/carts/') || !customer) return undefined;
  if (method === 'PUT' && good) carts.set(customer, [...(carts.get(customer) ?? []), good]);
  if (method === 'DELETE') carts.delete(customer);
  return carts.get(customer) ?? [];
}

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://cart').pathname;
  if (path === '/metrics') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics.text());
    return;
  }
  const done = metrics.begin();
  const body = answer(request.method, path);
  response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body ?? { error: 'not found' })}\n`);
  // Probes don't count as requests.
  if (path !== '/healthz') done(response.statusCode);
});

server.listen(Number(process.env.PORT ?? 8080), () => console.log(`cart ${version} (${track}) listens`));
process.on('SIGTERM', () => server.close());
