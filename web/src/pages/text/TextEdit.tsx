import { type ReactNode, type Ref, useImperativeHandle, useMemo, useRef } from "react";
import { tokens } from "./tokens";
import styles from "./text.module.css";

/** A mistake at its place; lines count from 1. */
export interface TextMark {
  line: number;
  problem: string;
  tone?: "bad" | "warn";
}

export interface TextEditHandle {
  /** Puts the caret at the beginning of a line and shows it. */
  goTo(line: number): void;
}

interface Props {
  value: string;
  label: string;
  marks?: readonly TextMark[];
  readOnly?: boolean;
  height?: number | string;
  onChange?: (value: string) => void;
  ref?: Ref<TextEditHandle>;
}

const LINE = 20;

/**
 * A text with its lines numbered, its parts coloured and mistakes marked where they are. The colours lie under a plain
 * text area, so that typing, selecting and screen readers work as everywhere.
 */
export function TextEdit({ value, label, marks = [], readOnly = false, height = "100%", onChange, ref }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const under = useRef<HTMLPreElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => value.split("\n"), [value]);
  const byLine = useMemo(() => {
    const found = new Map<number, TextMark>();
    for (const mark of marks) if (!found.has(mark.line)) found.set(mark.line, mark);
    return found;
  }, [marks]);
  useImperativeHandle(ref, () => ({
    goTo(line) {
      const element = area.current;
      if (!element) return;
      const at = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
      element.focus();
      element.setSelectionRange(at, at + (lines[line - 1]?.length ?? 0));
      element.scrollTop = Math.max((line - 4) * LINE, 0);
    },
  }));
  const scrolled = () => {
    const { scrollTop = 0, scrollLeft = 0 } = area.current ?? {};
    if (under.current) under.current.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`;
    if (gutter.current) gutter.current.style.transform = `translateY(${-scrollTop}px)`;
  };
  return (
    <div className={styles.edit} style={{ height }}>
      <div className={styles.gutter} aria-hidden>
        <div ref={gutter}>
          {lines.map((_, place) => {
            const mark = byLine.get(place + 1);
            return (
              <span key={place} data-tone={mark && (mark.tone ?? "bad")} title={mark?.problem}>
                {place + 1}
              </span>
            );
          })}
        </div>
      </div>
      <div className={styles.field}>
        <pre ref={under} aria-hidden>
          {lines.map((line, place) => (
            <div key={place} data-tone={byLine.get(place + 1) && (byLine.get(place + 1)?.tone ?? "bad")}>
              {coloured(line)}
            </div>
          ))}
        </pre>
        <textarea
          ref={area}
          value={value}
          readOnly={readOnly}
          aria-label={label}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          onScroll={scrolled}
          onChange={(event) => onChange?.(event.target.value)}
        />
      </div>
    </div>
  );
}

function coloured(line: string): ReactNode {
  if (line === "") return "\u200b";
  return tokens(line).map(({ kind, text }, place) => (
    <span key={place} data-kind={kind}>
      {text}
    </span>
  ));
}
