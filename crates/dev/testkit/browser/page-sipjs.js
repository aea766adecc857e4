// The telephone in the page by another library, SIP.js, with what it can be asked of page.js. Nothing here knows the server.
import { Registerer, RegistererState, SessionState, UserAgent } from '/sip.js/index.js';

const { PATIENCE_MS, MICROPHONE, until, listen } = window.ears;
const constraints = { audio: MICROPHONE, video: false };
let session = null;
let ended = null;
const arrived = [];

/** Another offer. The library leaves it to whoever uses it that nothing is said meanwhile. */
async function renegotiate(hold) {
  session.sessionDescriptionHandler.enableSenderTracks(!hold);
  session.sessionDescriptionHandlerOptionsReInvite = { hold, constraints };
  let answered = null;
  const requestDelegate = { onAccept: () => { answered = 200; }, onReject: ({ message }) => { answered = message.statusCode; } };
  await session.invite({ requestDelegate });
  const { found } = await until('an answer to the offer', PATIENCE_MS, () => answered);
  if (found !== 200) throw new Error(`the offer was refused: ${found}`);
  return {};
}

window.phone = {
  ...window.ears.commands,
  async register({ ws, user, proof, password, domain }) {
    const ua = new UserAgent({
      uri: UserAgent.makeURI(`sip:${user}@${domain}`), authorizationUsername: proof, authorizationPassword: password,
      transportOptions: { server: ws }, logLevel: 'error',
      sessionDescriptionHandlerFactoryOptions: { iceGatheringTimeout: 100, peerConnectionConfiguration: { iceServers: [] } },
      delegate: { onInvite: (invitation) => arrived.push(invitation) },
    });
    await ua.start();
    const registerer = new Registerer(ua);
    let refused = null;
    await registerer.register({ requestDelegate: { onReject: ({ message }) => { refused = message.statusCode; } } });
    await until('the registration', PATIENCE_MS, () => {
      if (refused) throw new Error(`the registration was refused: ${refused}`);
      return registerer.state === RegistererState.Registered;
    });
    return {};
  },
  async wait_call({ ms = PATIENCE_MS }) {
    const { found } = await until('a call', ms, () => arrived.shift());
    session = found;
    ended = null;
    let by = 'local';
    session.delegate = {
      onSessionDescriptionHandler: ({ peerConnection }) => listen(peerConnection),
      onBye: (bye) => { by = 'remote'; return bye.accept(); },
      onCancel: () => { by = 'remote'; },
    };
    session.stateChange.addListener((state) => {
      if (state === SessionState.Terminated) ended = { by };
    });
    const { request, remoteIdentity } = session;
    return {
      from: remoteIdentity.uri.user,
      call: request.getHeader('X-Bell-Call') ?? null,
      at_once: request.getHeader('Answer-Mode') === 'Auto',
    };
  },
  async answer() {
    await session.accept({ sessionDescriptionHandlerOptions: { constraints } });
    return {};
  },
  hold: () => renegotiate(true),
  unhold: () => renegotiate(false),
  async hang_up() {
    await session.bye();
    return {};
  },
  async wait_ended({ ms = PATIENCE_MS }) {
    const { found } = await until('the end', ms, () => ended);
    return found;
  },
};
