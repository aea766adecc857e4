import { useTranslation } from "react-i18next";
import type { Way } from "./model/draft";
import { stepOf } from "./model/steps";

/** Words of the language in the reader's. */
export function useFlowWords() {
  const { t } = useTranslation("flows");
  const kind = (word: string) => (stepOf(word) ? t(`kind.${word as "menu"}`) : t("kind.unknown"));
  const way = (one: Pick<Way, "label" | "of">, word: string) => {
    if (one.label === "case") return t("way.case", { of: String(Number(one.of ?? 0) + 1) });
    const own = `way.${one.label}_${word}` as "way.otherwise_branch";
    const found = t(own, { defaultValue: "" });
    return found || t(`way.${one.label as "key"}`, { of: one.of ?? "", defaultValue: one.label });
  };
  const field = (name: string) => t(`field.${name as "prompt"}`, { defaultValue: way({ label: name }, "") });
  const word = (value: string) => t(`word.${value as "mobile"}`, { defaultValue: value });
  return { kind, way, field, word };
}
