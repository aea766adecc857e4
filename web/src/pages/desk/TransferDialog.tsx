import { useDeferredValue, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Modal, Space } from "antd";
import { useTranslation } from "react-i18next";
import { deskActs, type Target } from "~/agent/desk";
import { api } from "~/api/client";
import type { Page } from "~/api/types";
import { Empty, ProblemNote, Query, useSending } from "~/ui";
import styles from "./desk.module.css";

/** To whom a caller is handed. What cannot work now says why, before anything moves. */
export function TransferDialog({ call, onClose }: { call: string; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const targets = useQuery({
    queryKey: ["transfer-targets", q],
    queryFn: async ({ signal }) => {
      const answer = await api.get<Target[] | Pick<Page<Target>, "items">>("/transfer-targets", { q }, signal);
      return Array.isArray(answer) ? answer : answer.items;
    },
    staleTime: 2_000,
  });
  const { send, busy, problem } = useSending(async (what: "transfer" | "consult", target: Target) => {
    await deskActs.act(call, what, { target });
    onClose();
  });
  return (
    <Modal open title={t("transfer.title")} footer={null} onCancel={onClose}>
      <Input autoFocus allowClear placeholder={t("transfer.search")} aria-label={t("transfer.search")} value={text} maxLength={64} onChange={({ target }) => setText(target.value)} />
      <ProblemNote of={problem} />
      <div className={styles.targets}>
        <Query of={targets} compact>
          {(found) =>
            found.length === 0 ? (
              <Empty title={t("transfer.none")} />
            ) : (
              <ul className={styles.list}>
                {found.map((target) => (
                  <li key={`${target.kind}:${target.name}`}>
                    <div>
                      <strong>{target.label || target.name}</strong> <span className="soft">{t(`transfer.kind.${target.kind}`)}</span>
                      {!target.can && <div className="soft">{target.remedy ?? t("transfer.cannot", { why: target.why ?? "" })}</div>}
                    </div>
                    <Space>
                      <Button size="small" disabled={!target.can || busy} onClick={() => void send("transfer", target)}>
                        {t("transfer.blind")}
                      </Button>
                      {(target.kind === "agent" || target.kind === "number") && (
                        <Button size="small" disabled={!target.can || busy} onClick={() => void send("consult", target)}>
                          {t("transfer.consult")}
                        </Button>
                      )}
                    </Space>
                  </li>
                ))}
              </ul>
            )
          }
        </Query>
      </div>
    </Modal>
  );
}
