import { useEffect, useMemo, useRef, useState } from "react";
import { CopyOutlined } from "@ant-design/icons";
import { App, Button, Segmented, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { SipMessage } from "~/api/records";
import { Empty } from "~/ui";
import { useWidth } from "../room";
import { clock } from "./model/axis";
import { ladder, type Rung } from "./model/ladder";
import styles from "./call.module.css";

interface Props {
  messages: SipMessage[];
  origin: number;
  picked: number | null;
  onPick: (of: number) => void;
}

const ROW = 34;
const TIME = 84;

/** SIP as a ladder: a column for each party, a rung for each message, its text beside. */
export function LadderView({ messages, origin, picked, onPick }: Props) {
  const { t } = useTranslation("call");
  const [leg, setLeg] = useState<number | null>(null);
  const legs = useMemo(() => [...new Set(messages.map((message) => message.leg))].sort((a, b) => a - b), [messages]);
  const shown = useMemo(() => messages.map((message, of) => ({ message, of })).filter(({ message }) => leg === null || message.leg === leg), [messages, leg]);
  const drawn = useMemo(() => ladder(shown.map(({ message }) => message), origin), [shown, origin]);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  if (messages.length === 0) return <Empty title={t("sip.empty")} hint={t("sip.emptyHint")} />;
  const column = (place: number) => TIME + ((width - TIME) / drawn.parties.length) * (place + 0.5);
  const chosen = picked !== null ? messages[picked] : undefined;
  return (
    <div className={styles.ladder}>
      <div className={styles.ladderMain}>
        {legs.length > 1 && (
          <Segmented<number>
            size="small"
            value={leg ?? -1}
            onChange={(value) => setLeg(value < 0 ? null : value)}
            options={[{ value: -1, label: t("sip.filterLeg") }, ...legs.map((value) => ({ value, label: t("sip.leg", { leg: value }) }))]}
          />
        )}
        <div className={styles.rungs} ref={frame}>
          <div className={styles.parties} style={{ paddingInlineStart: TIME }}>
            {drawn.parties.map(({ address, ours }) => (
              <div key={address} data-ours={ours}>
                {ours && <strong>{t("sip.ours")}</strong>}
                <span className="figures">{address}</span>
              </div>
            ))}
          </div>
          {width > 0 && (
            <svg width={width} height={drawn.rungs.length * ROW + 8} role="list">
              {drawn.parties.map(({ address, ours }, place) => (
                <line key={address} className={styles.pole} data-ours={ours} x1={column(place)} x2={column(place)} y2={drawn.rungs.length * ROW + 8} />
              ))}
              {drawn.rungs.map((rung, place) => (
                <RungRow key={rung.of} rung={rung} y={place * ROW} column={column} width={width} picked={shown[rung.of]?.of === picked} onPick={() => onPick(shown[rung.of]?.of ?? 0)} />
              ))}
            </svg>
          )}
        </div>
      </div>
      {chosen && <Message message={chosen} />}
    </div>
  );
}

interface RungProps {
  rung: Rung;
  y: number;
  column: (place: number) => number;
  width: number;
  picked: boolean;
  onPick: () => void;
}

function RungRow({ rung, y, column, width, picked, onPick }: RungProps) {
  const { t } = useTranslation("call");
  const row = useRef<SVGGElement>(null);
  useEffect(() => {
    if (picked) row.current?.scrollIntoView({ block: "nearest" });
  }, [picked]);
  const [from, to] = [column(rung.from), column(rung.to)];
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const tip = to > from ? -7 : 7;
  const notes = [rung.about && rung.tone !== "request" ? rung.about : "", rung.sdp ? "SDP" : "", rung.repeat ? t("sip.repeat") : ""].filter(Boolean).join(" · ");
  const words = `${rung.label}${notes ? ` (${notes})` : ""}`;
  return (
    <g
      ref={row}
      className={styles.rung}
      data-tone={rung.tone}
      data-picked={picked}
      data-repeat={rung.repeat}
      transform={`translate(0 ${y})`}
      role="listitem"
      tabIndex={0}
      aria-label={`${clock(rung.at, 1)} ${words}`}
      onClick={onPick}
      onKeyDown={(event) => event.key === "Enter" && onPick()}
    >
      <rect className={styles.rungGround} width={width} height={ROW} />
      <text className={styles.rungTime} x={8} y={ROW / 2 + 5}>
        {clock(rung.at, 1)}
        <title>{t("sip.gap", { time: clock(rung.gap, 1) })}</title>
      </text>
      <text className={styles.rungLabel} x={(left + right) / 2} y={ROW / 2 - 1} textAnchor="middle">
        {rung.label}
        {notes && <tspan className={styles.rungNote} dx={5}>{notes}</tspan>}
      </text>
      <line x1={from} x2={to + tip / 2} y1={ROW - 8} y2={ROW - 8} />
      <path d={`M${to} ${ROW - 8}l${tip} -4v8Z`} />
    </g>
  );
}

function Message({ message }: { message: SipMessage }) {
  const { t } = useTranslation(["call", "app"]);
  const { message: toast } = App.useApp();
  return (
    <aside className={styles.message}>
      <header>
        <strong>{t("sip.message")}</strong>
        <span className="soft figures">
          {message.from} → {message.to}
        </span>
        <Tooltip title={t("sip.copy")}>
          <Button
            size="small"
            type="text"
            icon={<CopyOutlined />}
            aria-label={t("sip.copy")}
            onClick={() => void navigator.clipboard.writeText(message.text).then(() => toast.success(t("app:act.copied")))}
          />
        </Tooltip>
      </header>
      <pre tabIndex={0}>{message.text}</pre>
    </aside>
  );
}
