// The telephone in the page: JsSIP, and an analyser on what is heard. Nothing here knows the server.
window.phone = (() => {
  // As long as the kit's other phones wait; the kit itself waits longer for what the page answers.
  const PATIENCE_MS = 20_000;
  let ua = null;
  let socket = null;
  let session = null;
  let ended = null;
  let analyser = null;
  let context = null;
  let udp = true;
  const waiting = [];
  const arrived = [];

  /** What is heard goes to the speaker and to the analyser. */
  function listen(connection) {
    connection.addEventListener('track', (event) => {
      const stream = event.streams[0] ?? new MediaStream([event.track]);
      // Chromium lets a remote stream flow only if an element plays it.
      const element = new Audio();
      element.srcObject = stream;
      element.play();
      context ??= new AudioContext();
      analyser = context.createAnalyser();
      analyser.fftSize = 16384;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(stream).connect(analyser);
    });
  }

  function take(created) {
    session = created;
    ended = null;
    session.on('peerconnection', (event) => listen(event.peerconnection));
    if (session.connection) listen(session.connection);
    // The first candidate is enough: the server learns where we are from our checks.
    session.on('icecandidate', (event) => event.ready());
    session.on('sdp', (event) => {
      if (!udp && event.originator === 'remote') event.sdp = event.sdp.replace(/^a=candidate:\S+ \d+ udp .*\r\n/gim, '');
    });
    session.on('ended', (event) => { ended = { cause: event.cause, by: event.originator }; });
    session.on('failed', (event) => {
      ended = { cause: event.cause, by: event.originator, status: event.message?.status_code ?? null };
    });
  }

  const until = (what, milliseconds, look) => new Promise((done, fail) => {
    const started = performance.now();
    const again = () => {
      let found;
      try {
        found = look();
      } catch (error) {
        return fail(error);
      }
      if (found) done({ found, after_ms: Math.round(performance.now() - started) });
      else if (performance.now() - started > milliseconds) fail(new Error(`${what} did not come in ${milliseconds} ms`));
      else setTimeout(again, 10);
    };
    again();
  });

  /** The loudest frequency, and its level. */
  function loudest() {
    if (!analyser) return { hz: 0, db: -200 };
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const at = bins.reduce((best, level, place) => (level > bins[best] ? place : best), 1);
    return { hz: (at * context.sampleRate) / analyser.fftSize, db: bins[at] };
  }

  const media = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };

  return {
    /** From the next call on the network lets no UDP through: what the server says of it is not heard. */
    async block_udp() {
      udp = false;
      return {};
    },
    async register({ ws, user, proof, password, domain }) {
      socket = new JsSIP.WebSocketInterface(ws);
      ua = new JsSIP.UA({
        sockets: [socket], uri: `sip:${user}@${domain}`, authorization_user: proof, password, session_timers: false,
        connection_recovery_min_interval: 1, connection_recovery_max_interval: 2,
      });
      ua.on('newRTCSession', ({ originator, request, session: created }) => {
        if (originator !== 'remote') return;
        const call = request.getHeader('X-Bell-Call') ?? null;
        arrived.push({ created, from: request.from.uri.user, call, at_once: request.getHeader('Answer-Mode') === 'Auto' });
      });
      let refused = null;
      ua.on('registrationFailed', ({ cause }) => { refused = cause; });
      ua.start();
      await until('the registration', PATIENCE_MS, () => {
        if (refused) throw new Error(`the registration was refused: ${refused}`);
        return ua.isRegistered();
      });
      return {};
    },
    /** Asks the address of the page, with its cookies. */
    async fetch({ method, path, body }) {
      const sent = body === null ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const answer = await fetch(path, { method, ...sent });
      const text = await answer.text();
      return { status: answer.status, body: text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : null };
    },
    async wait_call({ ms = PATIENCE_MS }) {
      const { found } = await until('a call', ms, () => arrived.shift());
      take(found.created);
      return { from: found.from, call: found.call, at_once: found.at_once };
    },
    async answer() {
      const started = performance.now();
      session.answer(media);
      await until('the answer', PATIENCE_MS, () => session.isEstablished());
      return { after_ms: Math.round(performance.now() - started) };
    },
    /** The connection breaks, and JsSIP makes another one. */
    async cut() {
      let broken = false;
      let back = false;
      ua.once('disconnected', () => { broken = true; });
      ua.on('registered', () => { back = broken; });
      socket._ws.close();
      await until('another registration', PATIENCE_MS, () => back);
      return {};
    },
    async reject({ status = 486 }) {
      session.terminate({ status_code: status });
      return {};
    },
    async call({ to }) {
      take(ua.call(to, media));
      await until('an answer', PATIENCE_MS, () => session.isEstablished() || ended);
      return ended ? { refused: ended.status } : {};
    },
    /** Waits until this tone is the loudest and is heard well. */
    async hears({ hz, ms = PATIENCE_MS }) {
      const is = () => {
        const heard = loudest();
        return Math.abs(heard.hz - hz) < 12 && heard.db > -60 && heard;
      };
      try {
        const { found, after_ms } = await until(`${hz} Hz`, ms, is);
        return { heard: true, after_ms, ...found };
      } catch {
        return { heard: false, ...loudest() };
      }
    },
    /** Waits until nothing is heard. */
    async silent({ ms = PATIENCE_MS }) {
      try {
        await until('silence', ms, () => loudest().db < -80);
        return { silent: true };
      } catch {
        return { silent: false, ...loudest() };
      }
    },
    async keys({ keys, via = 'INFO' }) {
      session.sendDTMF(keys, { transportType: via, duration: 120, interToneGap: 80 });
      return {};
    },
    async hold() {
      await new Promise((done, fail) => session.hold({}, done) || fail(new Error('it cannot be held now')));
      return {};
    },
    async unhold() {
      await new Promise((done, fail) => session.unhold({}, done) || fail(new Error('it cannot be taken back now')));
      return {};
    },
    /** As after a change of the network: another offer with new credentials. */
    async restart_ice() {
      const rtcOfferConstraints = { iceRestart: true };
      await new Promise((done, fail) => session.renegotiate({ rtcOfferConstraints }, done) || fail(new Error('not now')));
      return {};
    },
    /** Asks for these codecs first, as on a network that has become weak. */
    async prefer({ codecs }) {
      session.once('sdp', (event) => {
        const types = codecs.flatMap((codec) =>
          [...event.sdp.matchAll(new RegExp(`^a=rtpmap:(\\d+) ${codec}/`, 'gim'))].map((match) => match[1]));
        event.sdp = event.sdp.replace(/^(m=audio \d+ \S+) (.+)$/m, (_, head, list) => {
          const all = list.trim().split(' ');
          return [head, ...types.filter((type) => all.includes(type)), ...all.filter((type) => !types.includes(type))].join(' ');
        });
      });
      await new Promise((done, fail) => session.renegotiate({}, done) || fail(new Error('not now')));
      return {};
    },
    async hang_up() {
      session.terminate();
      return {};
    },
    async wait_ended({ ms = PATIENCE_MS }) {
      const { found } = await until('the end', ms, () => ended);
      return found;
    },
    /** What the browser counts of the call. */
    async figures() {
      const figures = {};
      const reports = await session.connection.getStats();
      for (const report of reports.values()) {
        if (report.type === 'inbound-rtp') {
          figures.packets_in = report.packetsReceived;
          figures.lost_in = report.packetsLost;
        }
        if (report.type === 'outbound-rtp') {
          figures.packets_out = report.packetsSent;
          figures.codec = reports.get(report.codecId)?.mimeType;
        }
        if (report.type === 'remote-inbound-rtp') figures.lost_out = report.packetsLost;
        if (report.type === 'transport') {
          const pair = reports.get(report.selectedCandidatePairId);
          figures.protocol = reports.get(pair?.localCandidateId)?.protocol;
        }
      }
      return figures;
    },
    /** What the server has said of the call. */
    async description() {
      return { sdp: session.connection.remoteDescription.sdp };
    },
  };
})();
