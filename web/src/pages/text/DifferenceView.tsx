import { useMemo } from "react";
import { around, difference } from "./difference";
import styles from "./text.module.css";

/** Lines shown around a change. */
const CONTEXT = 3;

/** What changed between two texts, line by line. */
export function DifferenceView({ before, after, same, label }: { before: string; after: string; same: string; label: string }) {
  const lines = useMemo(() => difference(before, after), [before, after]);
  if (lines.every(({ what }) => what === "same")) return <p className="soft">{same}</p>;
  return (
    <div className={styles.difference} role="table" aria-label={label} tabIndex={0}>
      {around(lines, CONTEXT).map((line, place) =>
        line === null ? (
          <div key={place} className={styles.left} aria-hidden>
            ⋯
          </div>
        ) : (
          <div key={place} role="row" data-what={line.what}>
            <span aria-hidden>{line.old ?? ""}</span>
            <span aria-hidden>{line.now ?? ""}</span>
            <b>{line.what === "gone" ? "−" : line.what === "come" ? "+" : " "}</b>
            <code role="cell">{line.text || "\u200b"}</code>
          </div>
        ),
      )}
    </div>
  );
}
