import { useTranslation } from "react-i18next";
import { DRAGGED_KIND } from "./Canvas";
import { KindIcon } from "./icons";
import { STEPS } from "./model/steps";
import { useFlowWords } from "./words";
import styles from "./flows.module.css";

/** Every kind of node: dragged onto the canvas, or added by a click or a key. */
export function Palette({ onAdd }: { onAdd: (kind: string) => void }) {
  const { t } = useTranslation("flows");
  const { kind } = useFlowWords();
  return (
    <div className={styles.palette} role="toolbar" aria-label={t("palette.title")} aria-orientation="vertical">
      {STEPS.map(({ do: word, group }) => (
        <button
          key={word}
          type="button"
          data-group={group}
          draggable
          title={t("palette.title")}
          aria-label={t("palette.hint", { kind: kind(word) })}
          onClick={() => onAdd(word)}
          onDragStart={(event) => {
            event.dataTransfer.setData(DRAGGED_KIND, word);
            event.dataTransfer.effectAllowed = "copy";
          }}
        >
          <span className={styles.kind}>
            <KindIcon of={word} />
          </span>
          {kind(word)}
        </button>
      ))}
    </div>
  );
}
