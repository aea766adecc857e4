import { useTranslation } from "react-i18next";
import { PLACES, piecesOf, type Values } from "./places";
import styles from "./work.module.css";

/** Lines to say, their places filled; one that is not known shows what belongs there. */
export function Lines({ text, values }: { text: string; values: Values }) {
  return text.split("\n").map((line, place) => (
    <p key={place}>
      <Line text={line} values={values} />
    </p>
  ));
}

/** One of them. */
export function Line({ text, values }: { text: string; values: Values }) {
  const word = usePlaceWord();
  return piecesOf(text, values).map((piece, place) =>
    "words" in piece ? piece.words : piece.value !== null ? <span key={place}>{piece.value}</span> : <mark key={place} className={styles.gap}>{word(piece.place)}</mark>,
  );
}

/** What a place is called; a centre's own field by its code. */
export function usePlaceWord(): (place: string) => string {
  const { t } = useTranslation("work");
  return (place) => ((PLACES as readonly string[]).includes(place) ? t(`place.${place as (typeof PLACES)[number]}`) : t(`customer.field.${place as "level"}`, { defaultValue: place }));
}
