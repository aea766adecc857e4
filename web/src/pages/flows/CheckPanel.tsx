import { CheckCircleFilled, CloseCircleFilled, WarningFilled } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Checked, CounterExample, FlowStats, Mistake } from "~/api/flows";
import { Loading } from "~/ui";
import { share } from "../figures";
import styles from "./flows.module.css";

interface Props {
  mistakes: Mistake[];
  checked: Checked | undefined;
  stats: FlowStats | undefined;
  shown: CounterExample | null;
  onShow: (example: CounterExample | null) => void;
  onLine: (line: number) => void;
}

const permille = (part: number, of: number) => (of > 0 ? Math.round((part * 1000) / of) : 0);

/** What the checker says: mistakes at their place, and calls that would go wrong as paths on the graph. */
export function CheckPanel({ mistakes, checked, stats, shown, onShow, onLine }: Props) {
  const { t } = useTranslation("flows");
  const proof = checked?.proof;
  const disorders = stats?.disorders ?? [];
  return (
    <div className={styles.check}>
      {mistakes.length > 0 && (
        <section>
          <h3 data-tone="bad">
            <CloseCircleFilled /> {t("check.mistakes")}
          </h3>
          <ul>
            {mistakes.map(({ line, column, problem, remedy }) => (
              <li key={`${line} ${column} ${problem}`}>
                <Button type="link" size="small" onClick={() => onLine(line)}>
                  {t("check.line", { line })}
                </Button>
                <span>{problem}</span>
                {remedy && <span className="soft">{remedy}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {!checked && mistakes.length === 0 && <Loading compact />}
      {mistakes.length > 0 && !proof && <p className="soft">{t("check.waiting")}</p>}
      {proof?.ok && (
        <section>
          <h3 data-tone="good">
            <CheckCircleFilled /> {t("check.ok")}
          </h3>
          <p className="soft">{t("check.okBody", { situations: proof.situations ?? 0, depth: proof.depth ?? 0 })}</p>
        </section>
      )}
      {proof && !proof.ok && (
        <section>
          <h3 data-tone="bad">
            <CloseCircleFilled /> {t("check.counter")}
          </h3>
          {(proof.counter_examples ?? []).map((example, place) => (
            <Example key={place} example={example} shown={shown === example} onShow={onShow} onLine={onLine} />
          ))}
        </section>
      )}
      {((proof?.warnings ?? []).length > 0 || disorders.length > 0) && (
        <section>
          <h3 data-tone="warn">
            <WarningFilled /> {t("check.warnings")}
          </h3>
          <ul>
            {proof?.warnings?.map((warning) => <li key={warning}>{warning}</li>)}
            {disorders.map((one) => (
              <li key={`${one.menu} ${one.key}`}>
                <strong>{t("check.orderOf", { node: one.menu })}</strong>
                <span>{t("check.order", { later: one.key, laterShare: share(permille(one.chosen, one.of)), earlier: one.before, earlierShare: share(permille(one.before_chosen, one.of)) })}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {stats && <p className="soft">{t("check.calls", { count: stats.calls })}</p>}
    </div>
  );
}

function Example({ example, shown, onShow, onLine }: { example: CounterExample; shown: boolean; onShow: (example: CounterExample | null) => void; onLine: (line: number) => void }) {
  const { t } = useTranslation("flows");
  const { problem, path, line } = example;
  return (
    <article className={styles.example} data-shown={shown}>
      <p>{problem}</p>
      {path.length > 0 && (
        <ol>
          <li className="soft">{t("check.start")}</li>
          {path.map(({ node, label }, place) => (
            <li key={place}>
              {label && label !== "then" && <small>{label}</small>}
              <b>{node}</b>
            </li>
          ))}
        </ol>
      )}
      <div>
        {path.length > 0 && (
          <Button size="small" type={shown ? "default" : "primary"} onClick={() => onShow(shown ? null : example)}>
            {shown ? t("check.hide") : t("check.show")}
          </Button>
        )}
        {line != null && (
          <Button size="small" type="link" onClick={() => onLine(line)}>
            {t("check.line", { line })}
          </Button>
        )}
      </div>
    </article>
  );
}
