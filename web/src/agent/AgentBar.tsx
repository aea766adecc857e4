import { useEffect } from "react";
import { Button, Dropdown } from "antd";
import { CoffeeOutlined, DownOutlined, QuestionCircleOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import type { Desk } from "~/api/types";
import { usePreferences } from "~/app/preferences";
import { showShortcuts } from "~/app/shortcut-help";
import { nameNotification, softphone } from "~/softphone/softphone";
import { usePhone } from "~/softphone/store";
import { Since, StateTag } from "~/ui";
import { CallControls } from "./CallControls";
import { callOf, deskActs, useDesk } from "./desk";
import { actsOf, pendingOf, stanceOf, toneOf } from "./stance";
import { shortcutOf, type Shortcut } from "./shortcuts";
import { OfferPop } from "./OfferPop";
import { useSetState } from "./useSetState";
import { VoiceChip } from "./VoiceChip";
import styles from "./agent.module.css";

/** The agent's own bar, on every page: state, phone, running call. */
export default function AgentBar() {
  const { t } = useTranslation("desk");
  const me = useMe();
  const desk = useDesk();
  useEffect(() => {
    if (me.agent?.browser_endpoint === null) return usePhone.setState({ voice: { at: "none" } });
    softphone.open();
    return () => softphone.close();
  }, [me.agent?.browser_endpoint]);
  useEffect(() => nameNotification((party) => t("offer.notify", { party })), [t]);
  useShortcuts(desk, showShortcuts);

  return (
    <div className={styles.bar}>
      {desk && <StateMenu desk={desk} />}
      <VoiceChip />
      {desk?.offer ? <OfferPop key={desk.offer.call} offer={desk.offer} desk={desk} /> : <CallControls desk={desk} compact />}
      <Button type="text" icon={<QuestionCircleOutlined />} aria-label={t("shortcut.title")} onClick={showShortcuts} className={styles.helpButton} />
    </div>
  );
}

function StateMenu({ desk }: { desk: Desk }) {
  const { t } = useTranslation("desk");
  const language = usePreferences((preferences) => preferences.language);
  const setState = useSetState();
  const stance = stanceOf(desk);
  const pending = pendingOf(desk);
  const reasonName = (code: string) => desk.break_reasons.find((each) => each.code === code)?.[language === "en" ? "en" : "zh"] ?? code;
  const breaks = (desk.break_reasons.length > 0 ? desk.break_reasons : [{ code: "rest" }]).map(({ code }) => ({
    key: `break-${code}`,
    icon: <CoffeeOutlined />,
    label: code === "rest" && desk.break_reasons.length === 0 ? t("state.break") : reasonName(code),
    onClick: () => void setState("break", code),
  }));
  if (desk.presence === "signed_out" && stance === "signed_out") {
    return (
      <Button type="primary" onClick={() => void setState("sign_in").then(() => undefined)}>
        {t("state.signIn")}
      </Button>
    );
  }
  const items = [
    ...(stance === "wrap_up" ? [{ key: "end", label: t("state.endWrapUp"), onClick: () => void setState("end_wrap_up") }] : []),
    ...(desk.presence !== "available" ? [{ key: "available", label: t("state.goAvailable"), onClick: () => void setState("available") }] : []),
    { key: "breaks", type: "group" as const, label: t("state.takeBreak"), children: breaks },
    { type: "divider" as const },
    { key: "out", label: t("state.signOut"), danger: true, onClick: () => void setState("sign_out") },
  ];
  const word = stance === "break" && desk.reason ? reasonName(desk.reason) : t(`state.${stance}`);
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button className={styles.state} aria-label={`${t("state.mine")}: ${word}`}>
        <StateTag tone={toneOf[stance]}>{word}</StateTag>
        {desk.since && <Since at={desk.since} />}
        {pending && <span className="soft">{t("state.then", { state: t(`state.${pending}`) })}</span>}
        <DownOutlined style={{ fontSize: 10 }} />
      </Button>
    </Dropdown>
  );
}

function useShortcuts(desk: Desk | null, onHelp: () => void): void {
  const setState = useSetState();
  const navigate = useNavigate();
  useEffect(() => {
    const call = callOf(desk);
    const acts: Record<Shortcut, () => void> = {
      answer: () => {
        softphone.answer();
        void navigate({ to: "/desk" });
      },
      hangUp: () => softphone.hangUp(),
      hold: () => {
        if (!call) return;
        const { hold, resume } = actsOf(call);
        if (hold || resume) void deskActs.act(call.call, hold ? "hold" : "resume").catch(() => {});
      },
      mute: () => softphone.setMuted(!usePhone.getState().call?.muted),
      available: () => void setState(desk?.presence === "signed_out" ? "sign_in" : "available"),
      break: () => void setState("break", desk?.break_reasons[0]?.code ?? "rest"),
      help: onHelp,
    };
    const hear = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event);
      if (!shortcut) return;
      event.preventDefault();
      acts[shortcut]();
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  });
}
