import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Space } from "antd";
import { useTranslation } from "react-i18next";
import { callOf, useDesk } from "~/agent/desk";
import { failedDial, isAwaited, useDialled } from "~/agent/modes";
import { number } from "~/pages/figures";
import { ProblemNote, useSaid, useSending } from "~/ui";
import { dial, useModes } from "./DialCard";
import { myCallsQuery } from "./MyCalls";

const ASK_MS = 1_000;

/** After a call that did not come about: why, and the other ways to try it, each one click (TEL-14). */
export function AnotherWay() {
  const { t } = useTranslation(["desk", "floor"]);
  const said = useSaid();
  const last = useDialled((dialled) => dialled.last);
  const running = callOf(useDesk()) !== null;
  const asked = useQuery({
    ...myCallsQuery,
    enabled: last !== null,
    refetchInterval: ({ state }) => (!running && isAwaited(last, state.data?.items ?? [], Date.now()) ? ASK_MS : false),
  });
  const rows = asked.data?.items ?? [];
  const { options, all } = useModes();
  const failed = failedDial(last, rows);
  const { send, busy, problem } = useSending((to: string, mode: string, again: string) => dial(to, mode, again));
  if (!failed) return null;
  const { dialled, row } = failed;
  const others = options.filter(({ mode }) => mode !== dialled.mode);
  const by = all.find(({ mode }) => mode === dialled.mode);
  return (
    <>
      <ProblemNote of={problem} />
      <Alert
        type="warning"
        showIcon
        closable={{ onClose: () => useDialled.setState({ last: null }) }}
        title={`${t("desk:mode.failed", { number: number(dialled.to) })}：${t(`floor:cause.${row.cause as "busy"}`, { defaultValue: row.cause })}`}
        description={
          others.length > 0 && (
            <Space wrap>
              <span>{t("desk:mode.another")}</span>
              {others.map((other) => (
                <Button key={other.mode} size="small" disabled={busy} onClick={() => void send(dialled.to, other.mode, dialled.call)}>
                  {said(other)}
                </Button>
              ))}
              {by && <span className="soft">{t("desk:mode.by", { mode: said(by) })}</span>}
            </Space>
          )
        }
      />
    </>
  );
}
