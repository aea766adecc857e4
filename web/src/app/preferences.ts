import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Appearance } from "./theme";

export type Language = "zh-CN" | "en";

interface Preferences {
  language: Language;
  /** What was asked for; `system` follows the machine. */
  appearance: Appearance | "system";
  /** Whether the navigation shows icons only. */
  narrow: boolean;
  setLanguage(language: Language): void;
  setAppearance(appearance: Appearance | "system"): void;
  setNarrow(narrow: boolean): void;
}

/** What somebody has chosen on this machine. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      language: "zh-CN",
      appearance: "system",
      narrow: false,
      setLanguage: (language) => set({ language }),
      setAppearance: (appearance) => set({ appearance }),
      setNarrow: (narrow) => set({ narrow }),
    }),
    { name: "belltower.preferences" },
  ),
);
