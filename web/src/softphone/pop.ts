import { create } from "zustand";

/** The longest an offer is silent because what is known of the caller is not drawn yet (AGT-02). */
export const POP_MS_MAX = 500;

interface Pop {
  /** The offer that is on screen with all that is known of it. */
  call: string | null;
  shown(call: string): void;
}

export const usePop = create<Pop>((set) => ({ call: null, shown: (call) => set({ call }) }));

/** Resolves when an offer is on screen, or after `POP_MS_MAX`: it rings then in any case. */
export function popOf(call: string | null, waitMs = POP_MS_MAX): Promise<"shown" | "late"> {
  if (call === null) return Promise.resolve("late");
  if (usePop.getState().call === call) return Promise.resolve("shown");
  return new Promise((resolve) => {
    const done = (how: "shown" | "late") => {
      clearTimeout(timer);
      stop();
      resolve(how);
    };
    const timer = setTimeout(() => done("late"), waitMs);
    const stop = usePop.subscribe((pop) => {
      if (pop.call === call) done("shown");
    });
  });
}
