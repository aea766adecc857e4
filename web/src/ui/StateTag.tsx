import type { ReactNode } from "react";
import styles from "./ui.module.css";

/** What a colour means everywhere: ready, in a call, watch out, wrong, afterwards, nothing. */
export type Tone = "good" | "busy" | "warn" | "bad" | "after" | "idle";

/** A state as a word with a dot. The word says it; the colour only helps. */
export function StateTag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={styles.tag} data-tone={tone}>
      {children}
    </span>
  );
}
