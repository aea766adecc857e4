import { create } from "zustand";
import { persist } from "zustand/middleware";

/** Which devices somebody speaks into and hears from. Empty: the system's own choice. */
interface DeviceChoice {
  microphone: string;
  speaker: string;
  /** Where it rings; often the loudspeaker and not the headset. */
  ringer: string;
  /** 0 to 1. */
  ringVolume: number;
  /** Whether a codec for weak networks is asked for. */
  lowBandwidth: boolean;
  choose(choice: Partial<Omit<DeviceChoice, "choose">>): void;
}

export const useDevices = create<DeviceChoice>()(
  persist(
    (set) => ({
      microphone: "",
      speaker: "",
      ringer: "",
      ringVolume: 0.7,
      lowBandwidth: false,
      choose: (choice) => set(choice),
    }),
    { name: "belltower.devices" },
  ),
);

/** Speech, as a headset gives it. A device that is gone is replaced by the system's choice. */
export async function openMicrophone(): Promise<MediaStream> {
  const { microphone } = useDevices.getState();
  const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (!microphone) return navigator.mediaDevices.getUserMedia({ audio });
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { ...audio, deviceId: { exact: microphone } } });
  } catch (error) {
    if (error instanceof DOMException && (error.name === "OverconstrainedError" || error.name === "NotFoundError")) {
      return navigator.mediaDevices.getUserMedia({ audio });
    }
    throw error;
  }
}

/** Ends a stream, so that the browser's sign of a microphone in use goes. */
export function closeStream(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop());
}

/** Plays an element on a device; on the system's choice if the browser cannot choose, or the device is gone. */
export async function playOn(element: HTMLAudioElement, device: string): Promise<void> {
  if (!("setSinkId" in element)) return;
  await element.setSinkId(device).catch(() => element.setSinkId("").catch(() => {}));
}

/** What can be chosen. Names are there only after the microphone has been permitted. */
export async function listDevices(): Promise<{ microphones: MediaDeviceInfo[]; speakers: MediaDeviceInfo[] }> {
  const all = await navigator.mediaDevices.enumerateDevices();
  const real = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== "default" && device.deviceId !== "communications" && device.deviceId !== "");
  return { microphones: real("audioinput"), speakers: real("audiooutput") };
}
