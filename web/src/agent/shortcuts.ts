/** What the keyboard does at the desk, wherever on the page one is. */
export const shortcuts = [
  { keys: "Alt+A", act: "answer" },
  { keys: "Alt+E", act: "hangUp" },
  { keys: "Alt+H", act: "hold" },
  { keys: "Alt+M", act: "mute" },
  { keys: "Alt+R", act: "available" },
  { keys: "Alt+B", act: "break" },
  { keys: "Alt+/", act: "help" },
] as const;
export type Shortcut = (typeof shortcuts)[number]["act"];

/** The shortcut a key stroke is. By the place of the key, as Alt makes other letters on some keyboards. */
export function shortcutOf(event: Pick<KeyboardEvent, "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "code">): Shortcut | null {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  const letter = event.code === "Slash" ? "/" : event.code.replace(/^Key/, "");
  return shortcuts.find(({ keys }) => keys === `Alt+${letter}`)?.act ?? null;
}
