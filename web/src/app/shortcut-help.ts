import { create } from "zustand";

/** Whether the keyboard's shortcuts are shown. */
export const useShortcutHelp = create<{ open: boolean }>(() => ({ open: false }));

export const showShortcuts = () => useShortcutHelp.setState({ open: true });

/** Whether a stroke asks for them: `?`, unless somebody writes. */
export function asksForShortcuts({ key, ctrlKey, altKey, metaKey, target }: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "target">): boolean {
  const writes = target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, [contenteditable]") !== null);
  return key === "?" && !ctrlKey && !altKey && !metaKey && !writes;
}
