import { useMutation } from "@tanstack/react-query";
import { App } from "antd";
import { create } from "zustand";
import { api } from "~/api/client";
import { useMay, useMe } from "~/api/me";
import { useProblemText } from "~/ui";

export type Mode = "listen" | "whisper" | "barge" | "intercept";
export const MODES: readonly Mode[] = ["listen", "whisper", "barge", "intercept"];

const PERMISSION: Record<Mode, string> = {
  listen: "call.listen",
  whisper: "call.whisper",
  barge: "call.barge",
  intercept: "call.barge",
};

interface Supervised {
  /** The call that is supervised from here, and how. */
  call: string | null;
  mode: Mode;
  set(call: string | null, mode?: Mode): void;
}

/** What this supervisor has asked for last; whether he is in is said by the call itself. */
export const useSupervised = create<Supervised>((set) => ({
  call: null,
  mode: "listen",
  set: (call, mode = "listen") => set({ call, mode }),
}));

/** The modes this supervisor may use; none if he has no phone to listen with. */
export function useModes(): Mode[] {
  const may = useMay();
  const phone = useMe().agent !== null;
  return phone ? MODES.filter((mode) => may({ permission: PERMISSION[mode] })) : [];
}

/** Begins to supervise a call, changes how, or stops. */
export function useSupervise() {
  const { message } = App.useApp();
  const text = useProblemText();
  const set = useSupervised((state) => state.set);
  return useMutation({
    mutationFn: ({ call, act }: { call: string; act: Mode | "stop_supervision" | "release" }) =>
      api.post(`/calls/${encodeURIComponent(call)}/actions`, { do: act }),
    onSuccess: (_, { call, act }) => {
      if (act === "release") return;
      set(act === "stop_supervision" ? null : call, act === "stop_supervision" ? undefined : act);
    },
    onError: (error) => {
      const { what, remedy } = text(error);
      message.error(remedy ? `${what}。${remedy}` : what);
    },
  });
}
