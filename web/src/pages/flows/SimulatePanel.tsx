import { useEffect, useRef } from "react";
import { PhoneOutlined, ReloadOutlined, RollbackOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { simulateQuery, type Simulated, type SimulatorStep } from "~/api/flows";
import { Failure, Loading } from "~/ui";
import { useFlowWords } from "./words";
import styles from "./flows.module.css";

export interface Simulation {
  steps: SimulatorStep[];
  /** When the call comes in; now if nothing is said. */
  at: string | undefined;
}

interface Props {
  flow: string;
  text: string;
  of: Simulation | null;
  onChange: (simulation: Simulation | null) => void;
  /** Where the call has been, for the graph. */
  onWalk: (nodes: string[]) => void;
}

const PAD = [..."123456789*0#"];

/** A call through the flow as it is edited: what the caller hears, and a keypad. */
export function SimulatePanel({ flow, text, of, onChange, onWalk }: Props) {
  const { t } = useTranslation("flows");
  const run = useQuery({ ...simulateQuery(flow, text, of?.steps ?? [], of?.at), enabled: of !== null, placeholderData: (before) => (of?.steps.length ? before : undefined) });
  const end = useRef<HTMLDivElement>(null);
  const said = run.data;
  useEffect(() => {
    if (of && said) onWalk(said.steps.map(({ node }) => node));
    end.current?.scrollIntoView({ block: "nearest" });
  }, [of, said, onWalk]);
  if (!of) {
    return (
      <div className={styles.begin}>
        <p className="soft">{t("simulate.hint")}</p>
        <Button type="primary" icon={<PhoneOutlined />} onClick={() => onChange({ steps: [], at: undefined })}>
          {t("simulate.start")}
        </Button>
      </div>
    );
  }
  const go = (step: SimulatorStep) => onChange({ ...of, steps: [...of.steps, step] });
  const over = said?.end != null;
  return (
    <div className={styles.simulate}>
      <header>
        <DatePicker
          showTime={{ format: "HH:mm" }}
          format="MM-DD HH:mm"
          size="small"
          placeholder={t("simulate.now")}
          aria-label={t("simulate.at")}
          value={of.at ? dayjs(of.at) : null}
          onChange={(at) => onChange({ steps: [], at: at?.toISOString() })}
        />
        <span className={styles.fill} />
        <Button size="small" icon={<RollbackOutlined />} disabled={of.steps.length === 0} onClick={() => onChange({ ...of, steps: of.steps.slice(0, -1) })}>
          {t("simulate.back")}
        </Button>
        <Button size="small" icon={<ReloadOutlined />} aria-label={t("simulate.restart")} onClick={() => onChange({ ...of, steps: [] })} />
      </header>
      <div className={styles.heard} aria-live="polite">
        {run.error ? <Failure error={run.error} retry={() => void run.refetch()} compact /> : !said ? <Loading compact /> : <Transcript said={said} />}
        <div ref={end} />
      </div>
      <div className={styles.pad}>
        {PAD.map((key) => (
          <Button key={key} disabled={over || !said} onClick={() => go({ press: key })}>
            {key}
          </Button>
        ))}
        <Button disabled={over || !said} onClick={() => go({ wait: true })}>
          {said?.waits_for === "agent" ? t("simulate.agentAnswers") : said?.waits_for === "talk_end" ? t("simulate.agentLeaves") : t("simulate.silence")}
        </Button>
        <Button danger disabled={over || !said} onClick={() => go({ hang_up: true })}>
          {t("simulate.hangUp")}
        </Button>
      </div>
      {said?.tree && said.tree.length > 0 && (
        <details>
          <summary>{t("simulate.tree")}</summary>
          <pre tabIndex={0}>{said.tree.join("\n")}</pre>
        </details>
      )}
    </div>
  );
}

function Transcript({ said }: { said: Simulated }) {
  const { t } = useTranslation(["flows", "floor"]);
  const { way } = useFlowWords();
  return (
    <>
      {said.steps.map(({ node, heard, by }, place) => {
        const pressed = /^key (.)$/.exec(by ?? "")?.[1];
        return (
          <div key={place}>
            {by && by !== "then" && <p className={styles.mine}>{pressed ? t("simulate.press", { key: pressed }) : way({ label: by.replaceAll(" ", "_") }, "")}</p>}
            <div className={styles.theirs}>
              <small>{node}</small>
              {heard.length > 0 ? heard.map((words, at) => <p key={at}>{words}</p>) : <p className="soft">{t("simulate.nothing")}</p>}
            </div>
          </div>
        );
      })}
      {said.end ? (
        <p className={styles.over}>{t("simulate.ended", { cause: said.end.text ?? t(`floor:cause.${said.end.cause as "busy"}`, { defaultValue: said.end.cause }) })}</p>
      ) : (
        said.waits_for && <p className="soft">{said.waits_for === "agent" ? t("simulate.waitsAgent") : said.waits_for === "talk_end" ? t("simulate.talks") : t("simulate.waitsKey")}</p>
      )}
    </>
  );
}
