import type { ReactNode } from "react";
import { CloseOutlined, CommentOutlined, SoundOutlined, SwapOutlined, UsergroupAddOutlined } from "@ant-design/icons";
import { App, Button, Segmented, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useMay, useMe } from "~/api/me";
import type { CallView } from "~/api/types";
import { number } from "../figures";
import { Running } from "./Running";
import { type Mode, useModes, useSupervise, useSupervised } from "./supervision";
import { sounds, useTone } from "./tone";
import styles from "./wallboard.module.css";

const ICON: Record<Mode, ReactNode> = {
  listen: <SoundOutlined />,
  whisper: <CommentOutlined />,
  barge: <UsergroupAddOutlined />,
  intercept: <SwapOutlined />,
};

/** What a supervisor may do with a call: a button for each, and only those that would work. */
export function SuperviseButtons({ call, agentName, labels = false }: { call: CallView; agentName: string; labels?: boolean }) {
  const { t } = useTranslation("wallboard");
  const modes = useModes();
  const may = useMay();
  const supervise = useSupervise();
  const tone = useTone();
  const { modal } = App.useApp();
  if (!call.agent) return null;
  const begin = (mode: Mode) => {
    if (mode !== "intercept") return supervise.mutate({ call: call.call, act: mode });
    modal.confirm({
      title: t("supervise.interceptSure"),
      content: t("supervise.interceptBody", { agent: agentName }),
      okText: t("supervise.intercept"),
      onOk: () => supervise.mutateAsync({ call: call.call, act: mode }).catch(() => undefined),
    });
  };
  const release = () =>
    modal.confirm({
      title: t("supervise.releaseSure"),
      content: t("supervise.releaseBody"),
      okText: t("supervise.release"),
      okButtonProps: { danger: true },
      onOk: () => supervise.mutateAsync({ call: call.call, act: "release" }).catch(() => undefined),
    });
  return (
    <span className={styles.supervise}>
      {modes.map((mode) => (
        <Tooltip key={mode} title={[t(`supervise.${mode}Hint`), tone && sounds(mode) && t("supervise.tone", { every: tone })].filter(Boolean).join(" · ")}>
          <Button size="small" icon={ICON[mode]} disabled={supervise.isPending} aria-label={`${t(`supervise.${mode}`)}: ${agentName}`} onClick={() => begin(mode)}>
            {labels ? t(`supervise.${mode}`) : null}
          </Button>
        </Tooltip>
      ))}
      {labels && may({ permission: "call.control", atLeast: "team" }) && (
        <Button size="small" danger icon={<CloseOutlined />} onClick={release}>
          {t("supervise.release")}
        </Button>
      )}
    </span>
  );
}

/** While a call is supervised from here: whose it is, how, and the way out. */
export function SupervisedBar({ calls, names }: { calls: readonly CallView[]; names: ReadonlyMap<string, string> }) {
  const { t } = useTranslation("wallboard");
  const me = useMe();
  const modes = useModes();
  const supervise = useSupervise();
  const asked = useSupervised();
  const tone = useTone();
  // The call itself says who is in; what was asked for only bridges the time until the phone is taken.
  const mine = calls.find((call) => me.agent !== null && call.supervised_by?.includes(me.agent.name));
  const call = mine ?? calls.find((one) => one.call === asked.call);
  if (!call) return null;
  const agent = names.get(call.agent ?? "") ?? call.agent ?? "";
  const mode = asked.call === call.call ? asked.mode : "listen";
  return (
    <div className={styles.supervised} role="status">
      <span className={styles.onAir} aria-hidden />
      <strong>{mine ? t("supervise.on", { agent }) : t("supervise.ringing")}</strong>
      <span className="figures">{number(call.caller)}</span>
      <Running since={call.since} />
      {tone && sounds(mode) && <span>{t("supervise.tone", { every: tone })}</span>}
      <span className={styles.fill} />
      <Segmented<Mode>
        value={mode}
        options={modes.filter((mode) => mode !== "intercept").map((mode) => ({ value: mode, label: t(`supervise.${mode}`), icon: ICON[mode] }))}
        onChange={(mode) => supervise.mutate({ call: call.call, act: mode })}
      />
      <Button danger onClick={() => supervise.mutate({ call: call.call, act: "stop_supervision" })}>
        {t("supervise.stop")}
      </Button>
    </div>
  );
}
