import { AudioMutedOutlined, AudioOutlined, PauseOutlined, PhoneFilled, PhoneOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { App, Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Desk } from "~/api/types";
import { softphone } from "~/softphone/softphone";
import { usePhone } from "~/softphone/store";
import { Since, useProblemText, useSending } from "~/ui";
import { callOf, deskActs } from "./desk";
import { actsOf, partyOf } from "./stance";
import styles from "./agent.module.css";

/** Answer, hold, mute, hang up. In the bar (`compact`) only where the desk itself is not on screen. */
export function CallControls({ desk, compact = false }: { desk: Desk | null; compact?: boolean }) {
  const { t } = useTranslation("desk");
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const phone = usePhone((state) => state.call);
  const call = callOf(desk);
  if ((!phone && !call) || (compact && pathname === "/desk")) return null;
  const party = (call && partyOf(call)) || phone?.party || t("unknownNumber");
  return (
    <div className={compact ? styles.callCompact : styles.call}>
      {compact && (
        <Button type="link" className="figures" onClick={() => void navigate({ to: "/desk" })}>
          {party} {call && <Since at={call.since} />}
        </Button>
      )}
      <Buttons desk={desk} labelled={!compact} />
    </div>
  );
}

function Buttons({ desk, labelled }: { desk: Desk | null; labelled: boolean }) {
  const { t } = useTranslation("desk");
  const phone = usePhone((state) => state.call);
  const { message } = App.useApp();
  const problemText = useProblemText();
  const call = callOf(desk);
  const { send, busy } = useSending(async (what: "hold" | "resume" | "release") => {
    if (call) await deskActs.act(call.call, what).catch((thrown: unknown) => void message.error(problemText(thrown).what));
  });
  const acts = call && !desk?.offer ? actsOf(call) : null;
  const text = (label: string) => (labelled ? label : null);
  if (phone?.stage === "ringing") {
    return (
      <>
        <Button type="primary" className={styles.answer} size={labelled ? "large" : "middle"} icon={<PhoneFilled />} onClick={() => softphone.answer()} aria-label={t("call.answer")}>
          {text(t("call.answer"))}
        </Button>
        <Button danger size={labelled ? "large" : "middle"} onClick={() => softphone.hangUp()}>
          {t("call.decline")}
        </Button>
      </>
    );
  }
  return (
    <>
      {acts?.hold && <Act icon={<PauseOutlined />} label={t("call.hold")} labelled={labelled} disabled={busy} onClick={() => void send("hold")} />}
      {acts?.resume && <Act icon={<PlayCircleOutlined />} label={t("call.resume")} labelled={labelled} disabled={busy} primary onClick={() => void send("resume")} />}
      {phone && (
        <Act
          icon={phone.muted ? <AudioMutedOutlined /> : <AudioOutlined />}
          label={t(phone.muted ? "call.unmute" : "call.mute")}
          labelled={labelled}
          primary={phone.muted}
          onClick={() => softphone.setMuted(!phone.muted)}
        />
      )}
      {phone ? (
        <Button danger type="primary" icon={<PhoneOutlined rotate={225} />} onClick={() => softphone.hangUp()} aria-label={t("call.hangUp")}>
          {text(t("call.hangUp"))}
        </Button>
      ) : (
        acts && (
          <Button danger type="primary" disabled={busy} icon={<PhoneOutlined rotate={225} />} onClick={() => void send("release")} aria-label={t("call.hangUp")}>
            {text(t("call.hangUp"))}
          </Button>
        )
      )}
    </>
  );
}

interface ActProps {
  icon: React.ReactNode;
  label: string;
  labelled: boolean;
  primary?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

function Act({ icon, label, labelled, primary = false, disabled, onClick }: ActProps) {
  const button = (
    <Button icon={icon} type={primary ? "primary" : "default"} disabled={disabled} onClick={onClick} aria-label={label} aria-pressed={primary}>
      {labelled && label}
    </Button>
  );
  return labelled ? button : <Tooltip title={label}>{button}</Tooltip>;
}
