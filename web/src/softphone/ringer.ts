import { playOn, useDevices } from "./devices";

const ON_S = 1.2;
const OFF_S = 2.4;
/** A bell: a strike and its overtones, as hertz and loudness. */
const partials: [number, number][] = [[587, 0.5], [880, 0.3], [1174, 0.18], [1762, 0.08]];

/** Rings on the device chosen for it, until `stop`. */
export class Ringer {
  private context: AudioContext | null = null;
  private element: HTMLAudioElement | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  async start(): Promise<void> {
    if (this.context) return;
    const { ringer, ringVolume } = useDevices.getState();
    const context = new AudioContext();
    this.context = context;
    const out = context.createMediaStreamDestination();
    const element = new Audio();
    this.element = element;
    element.srcObject = out.stream;
    element.volume = ringVolume;
    await playOn(element, ringer);
    if (this.context !== context) return;
    // Browsers keep pages silent that nobody has touched yet; the notification and the screen still tell.
    await Promise.all([context.resume(), element.play()]).catch(() => {});
    this.strike(context, out);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.element?.pause();
    void this.context?.close();
    this.context = null;
    this.element = null;
  }

  private strike(context: AudioContext, out: AudioNode): void {
    if (this.context !== context) return;
    for (const at of [0, ON_S / 2]) {
      for (const [hertz, loudness] of partials) tone(context, out, hertz, loudness, context.currentTime + at);
    }
    this.timer = setTimeout(() => this.strike(context, out), (ON_S + OFF_S) * 1000);
  }
}

function tone(context: AudioContext, out: AudioNode, hertz: number, loudness: number, at: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loudness, at + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.001, at + ON_S);
  oscillator.connect(gain).connect(out);
  oscillator.start(at);
  oscillator.stop(at + ON_S);
}
