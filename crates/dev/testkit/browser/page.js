// The telephone in the page: JsSIP. Nothing here knows the server.
window.phone = (() => {
  const { PATIENCE_MS, MICROPHONE, until, listen } = window.ears;
  let ua = null;
  let socket = null;
  let session = null;
  let ended = null;
  let udp = true;
  const waiting = [];
  const arrived = [];

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

  const media = { mediaConstraints: { audio: MICROPHONE, video: false }, pcConfig: { iceServers: [] } };

  return {
    ...window.ears.commands,
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
