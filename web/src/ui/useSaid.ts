import { useCallback } from "react";
import { usePreferences } from "~/app/preferences";

/** Picks the reader's language out of words that the server has in both. */
export function useSaid(): (words: { zh?: string | null; en?: string | null }) => string {
  const english = usePreferences((preferences) => preferences.language === "en");
  return useCallback(({ zh, en }) => (english ? en || zh : zh || en) ?? "", [english]);
}
