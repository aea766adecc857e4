import { useState } from "react";
import { App, Button, Card, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { CallControls } from "~/agent/CallControls";
import { deskActs, type CallDo } from "~/agent/desk";
import { actsOf, partyOf, stanceOf, toneOf } from "~/agent/stance";
import type { Desk, DeskCall } from "~/api/types";
import { LegsNow } from "~/pages/call/LegsNow";
import { useNames } from "~/pages/calls/names";
import { number, region } from "~/pages/figures";
import { useDevices } from "~/softphone/devices";
import { softphone, type Key } from "~/softphone/softphone";
import { usePhone } from "~/softphone/store";
import { Since, StateTag, useProblemText, useSending } from "~/ui";
import { TransferDialog } from "./TransferDialog";
import styles from "./desk.module.css";

/** Who calls, and what can be done with the call. */
export function CallPanel({ desk, call }: { desk: Desk; call: DeskCall }) {
  const { t } = useTranslation("desk");
  const { queueOf } = useNames();
  const offered = desk.offer !== null;
  const stance = stanceOf(desk);
  const party = partyOf(call);
  const facts: [string, string | null | undefined][] = [
    ["region", region(call.region)],
    ["queue", call.queue && queueOf(call.queue)],
  ];
  return (
    <Card size="small" className={offered ? styles.offer : undefined}>
      <div className={styles.party}>
        <span className="figures">{party ? number(party) : t("unknownNumber")}</span>
        <StateTag tone={toneOf[stance]}>{offered ? t("offer.title") : t(`state.${stance}`)}</StateTag>
        {call.vip && <StateTag tone="warn">{t("call.vip")}</StateTag>}
        {call.recording && <StateTag tone="bad">{t("call.recording")}</StateTag>}
        <span className={styles.clock}>
          <Since at={call.since} />
        </span>
      </div>
      <div className={styles.callRow}>
        <dl className={styles.facts}>
          {facts.map(
            ([name, value]) =>
              value && (
                <div key={name}>
                  <dt>{t(`call.${name as "region"}`)}</dt>
                  <dd>{value}</dd>
                </div>
              ),
          )}
          {call.direction === "inbound" && (
            <div>
              <dt>{t("call.calledNumber")}</dt>
              <dd>{number(call.called)}</dd>
            </div>
          )}
        </dl>
        <div className={styles.acts}>
          <CallControls desk={desk} />
          {!offered && <MoreActs call={call} />}
        </div>
      </div>
      <LegsNow legs={call.legs} />
      <WeakNetwork desk={desk} />
      {(call.supervised_by?.length ?? 0) > 0 && <p className="soft">{t("call.supervised")}</p>}
    </Card>
  );
}

/** Says that the network is the trouble, and offers the codec that bears it (TEL-16). */
function WeakNetwork({ desk }: { desk: Desk }) {
  const { t } = useTranslation("desk");
  const own = usePhone((phone) => phone.quality?.level);
  const hasOpus = usePhone((phone) => phone.hasOpus);
  const { lowBandwidth, choose } = useDevices();
  if ((own ?? desk.quality?.at(-1)?.level) !== "weak") return null;
  return (
    <p className={styles.weak} role="status">
      <StateTag tone="bad">{t("weak.said")}</StateTag>
      {lowBandwidth ? (
        <span className="soft">{t("weak.used")}</span>
      ) : (
        hasOpus && (
          <Button size="small" onClick={() => choose({ lowBandwidth: true })}>
            {t("weak.use")}
          </Button>
        )
      )}
    </p>
  );
}

function MoreActs({ call }: { call: DeskCall }) {
  const { t } = useTranslation("desk");
  const { message } = App.useApp();
  const problemText = useProblemText();
  const [transferring, setTransferring] = useState(false);
  const talking = usePhone((phone) => phone.call?.stage === "talking");
  const acts = actsOf(call);
  const { send, busy } = useSending(async (what: CallDo) => {
    await deskActs.act(call.call, what).catch((thrown: unknown) => {
      const { what: said, remedy } = problemText(thrown);
      message.error(remedy ? `${said} ${remedy}` : said);
    });
  });
  return (
    <>
      {acts.transfer && <Button onClick={() => setTransferring(true)}>{t("call.transfer")}</Button>}
      {acts.consulting && (
        <>
          <Button type="primary" disabled={busy} onClick={() => void send("complete")}>
            {t("call.complete")}
          </Button>
          <Button disabled={busy} onClick={() => void send("conference")}>
            {t("call.conference")}
          </Button>
          <Button disabled={busy} onClick={() => void send("cancel_transfer")}>
            {t("call.cancelTransfer")}
          </Button>
        </>
      )}
      {talking && (
        <Popover trigger="click" content={<Keypad />}>
          <Button>{t("call.keypad")}</Button>
        </Popover>
      )}
      {call.help_since ? (
        <StateTag tone="warn">{t("call.helpAsked")}</StateTag>
      ) : (
        <Button disabled={busy} onClick={() => void send("help")}>
          {t("call.help")}
        </Button>
      )}
      {transferring && <TransferDialog call={call.call} onClose={() => setTransferring(false)} />}
    </>
  );
}

const keys: Key[] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

function Keypad() {
  return (
    <div className={styles.keys}>
      {keys.map((key) => (
        <Button key={key} size="large" onClick={() => softphone.sendKey(key)}>
          {key}
        </Button>
      ))}
    </div>
  );
}
