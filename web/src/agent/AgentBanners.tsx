import { AudioMutedOutlined, BranchesOutlined, ClockCircleOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Space } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { Banner } from "~/app/Banners";
import { softphone } from "~/softphone/softphone";
import { usePhone } from "~/softphone/store";
import { needsPerson } from "~/softphone/voice";
import { useNow } from "~/ui";
import { useDesk } from "./desk";
import { useSetState } from "./useSetState";

/** What keeps an agent from working, wherever on the console he is. */
export default function AgentBanners() {
  return (
    <>
      <VoiceBanner />
      <ShiftBanner />
    </>
  );
}

/** No phone in this browser, for a reason whose remedy is in the reader's own hands; or another tab is the phone. */
function VoiceBanner() {
  const { t } = useTranslation("desk");
  const voice = usePhone((phone) => phone.voice);
  if (voice.at === "elsewhere") {
    return (
      <Banner icon={<BranchesOutlined />} action={<Button size="small" onClick={() => softphone.takeOver()}>{t("voice.takeOver")}</Button>}>
        {t("voice.elsewhereHint")}
      </Banner>
    );
  }
  if (voice.at !== "failed") return null;
  const action = (
    <Space>
      <Button size="small" onClick={() => softphone.retry()}>
        {t("voice.retry")}
      </Button>
      <Link to="/check" search={{ part: "triage" } as never}>
        {t("voice.check")}
      </Link>
    </Space>
  );
  return (
    <Banner icon={<AudioMutedOutlined />} tone={needsPerson(voice.cause) ? "bad" : "warn"} action={action}>
      {t("voice.notReady", { step: t(`voice.step.${voice.step}`) })} · {t(`voice.cause.${voice.cause}`)}
    </Banner>
  );
}

/** The end of the working hours (AGT-12). The server signs out, and never within a call. */
function ShiftBanner() {
  const { t } = useTranslation("desk");
  const desk = useDesk();
  const setState = useSetState();
  const now = useNow();
  const shift = desk?.shift;
  if (!desk || !shift || desk.presence === "signed_out" || Date.parse(shift.ends) > now) return null;
  const action = (
    <Button size="small" onClick={() => void setState("sign_out")}>
      {t("state.signOut")}
    </Button>
  );
  return (
    <Banner icon={<ClockCircleOutlined />} action={action}>
      {shift.signs_out_at ? t("shift.auto", { at: dayjs(shift.signs_out_at).format("HH:mm") }) : t("shift.over")}
    </Banner>
  );
}
