import type { ReactNode } from "react";
import { QuestionCircleOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { count, permilleOf, share } from "../figures";
import { type Headline, levelTone, waitTone } from "./model";
import { Running } from "./Running";
import { useServerNow } from "./serverClock";
import styles from "./wallboard.module.css";

/** What a headline opens. */
export type Opens = "waiting" | "talking" | "live" | "answered" | "abandoned" | "agents";

interface TileProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: string;
  hint?: ReactNode;
  onOpen?: () => void;
  share?: { of: number; target: number };
}

function Tile({ label, value, note, tone = "plain", hint, onOpen, share: bar }: TileProps) {
  return (
    <div className={styles.tile} data-tone={tone}>
      <div className={styles.tileLabel}>
        {label}
        {hint && (
          <Tooltip title={hint} styles={{ root: { maxWidth: 360 } }}>
            <QuestionCircleOutlined tabIndex={0} aria-label={label} />
          </Tooltip>
        )}
      </div>
      {onOpen ? (
        <button type="button" className={styles.tileValue} onClick={onOpen} aria-label={label}>
          {value}
        </button>
      ) : (
        <span className={styles.tileValue}>{value}</span>
      )}
      {bar && (
        <div className={styles.bar} aria-hidden>
          <span style={{ inlineSize: `${bar.of / 10}%` }} />
          <i style={{ insetInlineStart: `${bar.target / 10}%` }} />
        </div>
      )}
      <div className={styles.tileNote}>{note}</div>
    </div>
  );
}

/** The six figures of the floor. */
export function Headlines({ of, onOpen }: { of: Headline; onOpen: (what: Opens) => void }) {
  const { t } = useTranslation("wallboard");
  const now = useServerNow();
  const longest = of.longestSince === null ? 0 : now - Date.parse(of.longestSince);
  const target = share(of.target);
  const seconds = of.within / 1000;
  const formula = (
    <>
      <strong>{t("formula.title")}</strong>
      <div>{t("formula.body", { seconds })}</div>
      <div>{of.abandonedWithin > 0 ? t("formula.abandoned", { seconds: of.abandonedWithin / 1000 }) : t("formula.abandonedAll")}</div>
      <div>{t("formula.now", { share: share(of.serviceLevel), target })}</div>
    </>
  );
  return (
    <section className={styles.tiles}>
      <Tile
        label={t("figure.waiting")}
        value={of.waiting}
        tone={of.waiting > 0 ? waitTone(longest, of.within) : "plain"}
        note={of.longestSince ? <Longest since={of.longestSince} /> : t("figure.nobody")}
        onOpen={() => onOpen("waiting")}
      />
      <Tile
        label={t("figure.serviceLevel")}
        value={share(of.serviceLevel)}
        tone={levelTone(of.serviceLevel, of.target)}
        hint={formula}
        note={of.serviceLevel === null ? t("figure.noneYet") : t("figure.target", { share: target, seconds })}
        share={{ of: of.serviceLevel ?? 0, target: of.target }}
        onOpen={() => onOpen("answered")}
      />
      <Tile label={t("figure.answered")} value={count(of.answered)} note={t("figure.offered", { count: of.offered })} onOpen={() => onOpen("answered")} />
      <Tile
        label={t("figure.abandoned")}
        value={count(of.abandoned)}
        hint={t("formula.rate")}
        note={t("figure.abandonRate", { share: share(permilleOf(of.abandoned, of.offered)) })}
        onOpen={() => onOpen("abandoned")}
      />
      <Tile label={t("figure.talking")} value={of.talking} note={t("figure.allCalls", { count: of.calls })} onOpen={() => onOpen("talking")} />
      <Tile
        label={t("figure.agents")}
        value={of.available}
        tone={of.signedIn > 0 && of.available === 0 ? "warn" : "plain"}
        note={t("figure.signedIn", { count: of.signedIn })}
        onOpen={() => onOpen("agents")}
      />
    </section>
  );
}

function Longest({ since }: { since: string }) {
  const { t } = useTranslation("wallboard");
  const [before, after] = t("figure.longest", { time: "\u0000" }).split("\u0000");
  return (
    <>
      {before}
      <Running since={since} />
      {after}
    </>
  );
}
