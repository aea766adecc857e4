// What is heard in the page, and how to wait: for whichever telephone is in it.
window.ears = (() => {
  // As long as the kit's other phones wait; the kit itself waits longer for what the page answers.
  const PATIENCE_MS = 20_000;
  let analyser = null;
  let context = null;

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

  return {
    PATIENCE_MS,
    // A tone is what a microphone's own processing takes away as noise: 16 dB of it within two seconds.
    MICROPHONE: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    until,
    /** What is heard goes to the speaker and to the analyser. */
    listen(connection) {
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
    },
    /** What the telephones of all libraries can be asked. */
    commands: {
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
    },
  };
})();
