// A telephone in Chromium. Its argument is JSON: { chromium, tone, trusted, library } with the paths of the browser and of a WAV
// file that stands for the microphone, the hash of a certificate's key that is trusted, or null, and what it speaks SIP by,
// `jssip` or `sip.js`. lines.mjs says how it is told what to do, page.js what there is to do. It ends with its input.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from './lines.mjs';
import { pack } from './pack.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { chromium: executablePath, tone, trusted, library } = JSON.parse(process.argv[2]);

// The microphone is for secure pages alone, and one from this machine counts as such. SIP.js is many modules, which the page
// imports from here.
const modules = new URL('./node_modules/sip.js/lib/', import.meta.url);
const server = createServer(async ({ url }, response) => {
  const [, module] = /^\/sip\.js\/([\w/.-]+\.js)$/.exec(url) ?? [];
  if (module) response.setHeader('content-type', 'text/javascript').end(await readFile(new URL(module, modules)));
  else response.setHeader('content-type', 'text/html').end('<!doctype html>');
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
let url = `http://127.0.0.1:${server.address().port}/`;

const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${tone}`, '--autoplay-policy=no-user-gesture-required',
    '--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns',
    ...(trusted ? [`--ignore-certificate-errors-spki-list=${trusted}`] : []),
  ],
});
// The page of a centre allows scripts of its own only; the telephone comes from here.
const page = await browser.newPage({ bypassCSP: true });
page.on('pageerror', (error) => console.error(`page: ${error.message}`));
const jssip = library === 'jssip' && pack('jssip', 'JsSIP');

async function open() {
  await page.goto(url);
  await page.addScriptTag({ path: join(here, 'ears.js') });
  if (jssip) {
    await page.addScriptTag({ content: jssip });
    await page.addScriptTag({ path: join(here, 'page.js') });
  } else {
    await page.addScriptTag({ path: join(here, 'page-sipjs.js'), type: 'module' });
    await page.waitForFunction(() => window.phone);
  }
}

/** Commands that concern the page itself. */
const ours = {
  async reload() {
    await open();
    return {};
  },
  /** From now on the page is one of this address. */
  async visit({ at }) {
    url = at;
    await open();
    return {};
  },
  async cookies() {
    return { names: (await page.context().cookies(url)).map(({ name }) => name) };
  },
  /** The process of the page ends, as when a laptop runs out of power. */
  async crash() {
    await page.goto('chrome://crash').catch(() => {});
    return {};
  },
};

await open();
// What is not about the page itself, the telephone in it does.
const inPage = (name) => (args) => page.evaluate(([name, args]) => window.phone[name](args), [name, args]);
await serve(new Proxy(ours, { get: (known, name) => known[name] ?? inPage(name) }));
await browser.close();
server.close();
