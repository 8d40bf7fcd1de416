// The shop: a list of goods. Plain Node, no dependencies; see ../README.md.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { requestMetrics } from './metrics.mjs';

const goods = JSON.parse(readFileSync(new URL('./goods.json', import.meta.url), 'utf8'));
const version = process.env.VERSION ?? 'dev';
const track = process.env.TRACK ?? 'stable';
const metrics = requestMetrics({ app: 'shop', track, version });

const routes = {
  '/': () => ({ service: 'shop', version, goods: goods.length }),
  '/goods': () => goods,
  '/healthz': () => ({ status: 'ok' }),
};

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://shop').pathname;
  if (path === '/metrics') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics.text());
    return;
  }
  const done = metrics.begin();
  const route = routes[path];
  response.writeHead(route ? 200 : 404, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(route ? route() : { error: 'not found' })}\n`);
  // Probes don't count as requests.
  if (path !== '/healthz') done(response.statusCode);
});

server.listen(Number(process.env.PORT ?? 8080), () => console.log(`shop ${version} (${track}) listens`));
process.on('SIGTERM', () => server.close());
