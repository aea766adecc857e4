// Somebody at a console in Chromium or Firefox: he presses its buttons, reads it, speaks into a microphone that is a tone, and
// what he hears is measured: in Chromium's page, or outside at Firefox's loudspeaker. Its argument is JSON, { chromium, tone } or
// { firefox, hz }: the path of the browser, and what stands for the microphone, a WAV file or the frequency of its tone. Commands and answers are lines, as with phone.mjs. It ends with its input.
import { chromium } from 'playwright-core';
// Debian's Firefox is one of long support: newer releases of Playwright ask for more than it can do.
import esr from 'playwright-core-for-firefox-esr';
import { serve } from './lines.mjs';

const how = JSON.parse(process.argv[2]);

/** How long anything may take to be seen: less than whoever asks waits. */
const PATIENCE_MS = 40_000;

const inChromium = () => chromium.launch({
  executablePath: how.chromium,
  args: [
    '--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${how.tone}`, '--autoplay-policy=no-user-gesture-required',
    '--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns',
  ],
});
const inFirefox = () => esr._bidiFirefox.launch({
  executablePath: how.firefox,
  firefoxUserPrefs: {
    'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true, 'media.autoplay.default': 0,
    'media.navigator.audio.fake_frequency': how.hz,
  },
});
const browser = await (how.firefox ? inFirefox() : inChromium());
// The page is as everybody has it, with what it allows itself; nothing moves, so that nothing is missed.
const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, reducedMotion: 'reduce' });
context.setDefaultTimeout(PATIENCE_MS);
await context.addInitScript(() => {
  localStorage.setItem('belltower.preferences', JSON.stringify({ state: { language: 'en' }, version: 0 }));

  // What a call or a recording plays goes through an analyser.
  const heard = [];
  let audio = null;
  const analyse = (source) => {
    const analyser = audio.createAnalyser();
    analyser.fftSize = 16384;
    analyser.smoothingTimeConstant = 0;
    source.connect(analyser);
    heard.push(analyser);
    return analyser;
  };
  let isLost = false;
  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(how) {
      // Through a relay alone, and there is none.
      super(isLost ? { ...how, iceTransportPolicy: 'relay' } : how);
      this.addEventListener('track', ({ track }) => {
        audio ??= new AudioContext();
        heard.length = 0;
        analyse(audio.createMediaStreamSource(new MediaStream([track])));
      });
    }
  };
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'src');
  const tapped = new WeakSet();
  Object.defineProperty(HTMLMediaElement.prototype, 'src', {
    ...source,
    set(address) {
      if (address.includes('/v1/recordings/') && !tapped.has(this)) {
        tapped.add(this);
        // Again and again, until it is heard: a busy machine begins to listen late.
        this.loop = true;
        audio ??= new AudioContext();
        heard.length = 0;
        const played = audio.createMediaElementSource(this);
        const sides = audio.createChannelSplitter(2);
        played.connect(audio.destination);
        played.connect(sides);
        for (const side of [0, 1]) analyse({ connect: (to) => sides.connect(to, side) }).side = side;
      }
      source.set.call(this, address);
    },
  });

  // A tone is what a microphone's own processing takes away as noise.
  const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (open) navigator.mediaDevices.getUserMedia = (wanted) => open({ ...wanted, audio: wanted.audio && { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });

  // So that a connection can break, and a BYE can be late or lost.
  const Socket = window.WebSocket;
  const sockets = new Set();
  let byes = 0;
  window.WebSocket = class extends Socket {
    constructor(...how) {
      super(...how);
      sockets.add(this);
      this.addEventListener('close', () => sockets.delete(this));
    }

    send(message) {
      if (this.held) return void this.held.push(message);
      if (byes === 0 || !String(message).startsWith('BYE ')) return super.send(message);
      if (byes === null) return;
      // What follows stays behind it.
      this.held = [message];
      setTimeout(() => {
        this.held.forEach((one) => super.send(one));
        this.held = null;
      }, byes);
    }
  };

  window.ears = {
    /** How loud a tone is in each thing that is heard, or on each side of a recording, and how loud the loudest there is. */
    levels: (hz) => heard.map((analyser) => {
      const bins = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(bins);
      const place = (hz * analyser.fftSize) / audio.sampleRate;
      const near = bins.slice(Math.floor(place) - 4, Math.ceil(place) + 5);
      return { db: Math.max(...near), loudest: Math.max(...bins.slice(1)), side: analyser.side };
    }),
    cut: () => [...sockets].map((socket) => socket.close()).length,
    /** From now on BYEs leave so many ms late, and what follows behind them; with null they are lost. */
    delayByes: (ms) => void (byes = ms),
    /** From now on no connection finds a way for its audio. */
    losePaths: () => void (isLost = true),
  };
});
const page = await context.newPage();
page.on('pageerror', (error) => console.error(`page: ${error.message}`));
page.on('console', (message) => message.type() === 'error' && console.error(`console: ${message.text()}`));
// Whoever leaves in a call is asked whether he means it; he does.
page.on('dialog', (dialog) => dialog.accept());

/** What is named, within what is named, if it can be seen; of the role `text`, what says so. `Play*` is what begins so. */
function find({ role, name, within }) {
  const from = within ? find(within) : page;
  const begins = name.endsWith('*') && new RegExp(`^\\s*${name.slice(0, -1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
  const found = role === 'text' ? from.getByText(begins || name, { exact: true }) : from.getByRole(role, { name: begins || name, exact: true });
  return found.filter({ visible: true }).first();
}

/** Waits until a tone is heard, or is heard no more. On a side of a recording it must be the loudest: people speak there too. */
const listen = (hz, side, is) =>
  page.waitForFunction(
    ([hz, side, is]) => {
      const levels = window.ears.levels(hz).filter((level) => side === null || level.side === side);
      return is === levels.some(({ db, loudest }) => db > -60 && loudest - db < (side === null ? 15 : 0.1));
    },
    [hz, side, is],
    { polling: 50, timeout: 25_000 },
  ).then(() => true, () => false);

await serve({
  async visit({ at }) {
    await page.goto(at);
    return {};
  },
  async reload() {
    await page.reload();
    return {};
  },
  async press({ of }) {
    await find(of).click();
    return {};
  },
  async fill({ label, text }) {
    await page.getByLabel(label, { exact: true }).filter({ visible: true }).first().fill(text);
    return {};
  },
  /** Replaces a part of what stands in a field. */
  async amend({ label, from, to }) {
    const field = page.getByLabel(label, { exact: true }).filter({ visible: true }).first();
    const text = await field.inputValue();
    if (!text.includes(from)) throw new Error(`${from} does not stand in ${text}`);
    await field.fill(text.replace(from, to));
    return {};
  },
  async keys({ keys }) {
    await page.keyboard.press(keys);
    return {};
  },
  async sees({ text }) {
    await page.getByText(text).filter({ visible: true }).first().waitFor();
    return {};
  },
  async finds({ of }) {
    await find(of).waitFor();
    return {};
  },
  /** What is there now, without waiting. */
  async has({ of }) {
    return { has: (await find(of).count()) > 0 };
  },
  async read({ selector }) {
    return { text: await page.locator(selector).first().innerText() };
  },
  async hears({ hz, side }) {
    return { heard: await listen(hz, side, true) };
  },
  async misses({ hz }) {
    return { missed: await listen(hz, null, false) };
  },
  async cut() {
    return { cut: await page.evaluate(() => window.ears.cut()) };
  },
  async lose_paths() {
    await page.evaluate(() => window.ears.losePaths());
    return {};
  },
  async delay_byes({ ms }) {
    await page.evaluate((ms) => window.ears.delayByes(ms), ms);
    return {};
  },
}, async (error) => {
  const text = await page.locator('body').innerText({ timeout: 2_000 }).catch(() => '');
  return `${error.message}\nat ${page.url()}:\n${text.slice(0, 3_000)}`;
});
await browser.close();
