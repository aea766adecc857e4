import { type KeyboardEvent, useRef } from "react";
import { useBlocker } from "@tanstack/react-router";

/** Asks before changes are lost; what is returned goes somewhere without asking. */
export function useLeave(changed: boolean, question: string): (go: () => void) => void {
  const free = useRef(false);
  useBlocker({ shouldBlockFn: () => changed && !free.current && !window.confirm(question), enableBeforeUnload: changed });
  return (go) => {
    free.current = true;
    go();
  };
}

/** Saves by Ctrl+S, or ⌘S, instead of the browser. */
export const onSaveKey = (save: () => void) => (event: KeyboardEvent) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
  event.preventDefault();
  save();
};
