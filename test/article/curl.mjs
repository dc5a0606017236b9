// As much of curl as article.sh types: `curl -sS --fail http://…`, through the proxy of the environment.
import { get } from 'node:http';

const url = process.argv.at(-1) ?? '';
const { hostname, port } = new URL(process.env.http_proxy ?? '');
get({ hostname, port, path: url, headers: { host: new URL(url).host } }, (response) => {
  const { statusCode = 0 } = response;
  if (statusCode < 400) response.pipe(process.stdout);
  else {
    console.error(`curl: (22) The requested URL returned error: ${statusCode}`);
    process.exitCode = 22;
  }
}).on('error', (error) => {
  console.error(error.message);
  process.exitCode = 7;
});
