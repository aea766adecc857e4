import { Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { DispositionNode } from "~/api/work";
import { useSaid } from "~/ui";
import { nodesOf } from "./summary";
import styles from "./work.module.css";

/** More choices than this are searched in a list instead of being laid out. */
const LAID_OUT_MAX = 10;

interface Props {
  tree: DispositionNode[];
  path: string[];
  invalid: boolean;
  onChange: (path: string[]) => void;
}

/** A result out of a tree: one row for each level, one click for each choice. */
export function DispositionPicker({ tree, path, invalid, onChange }: Props) {
  const { t } = useTranslation("work");
  const said = useSaid();
  const chosen = nodesOf(tree, path);
  const levels = [tree, ...chosen.map((node) => node.children ?? [])].filter((level) => level.length > 0);
  return (
    <div className={styles.levels} id="summary-disposition" tabIndex={-1} role="group" aria-label={t("summary.disposition")} data-invalid={invalid}>
      {levels.map((level, depth) => {
        const choose = (code: string) => onChange([...path.slice(0, depth), code]);
        const label = t("summary.level", { level: depth + 1 });
        const options = level.map((node) => ({ value: node.code, label: said(node) }));
        return level.length > LAID_OUT_MAX ? (
          <Select key={depth} showSearch={{ optionFilterProp: "label" }} aria-label={label} placeholder={label} value={path[depth]} options={options} onChange={choose} />
        ) : (
          <Radio.Group key={depth} className={styles.choices} optionType="button" aria-label={label} value={path[depth]} options={options} onChange={({ target }) => choose(String(target.value))} />
        );
      })}
    </div>
  );
}
