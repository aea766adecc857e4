import { useState } from "react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { publishFlow, versionQuery, versionsQuery, type FlowVersion } from "~/api/flows";
import { Empty, Moment, Query, useProblemText } from "~/ui";
import { DifferenceView } from "../text/DifferenceView";
import styles from "./flows.module.css";

interface Props {
  flow: string;
  text: string;
  current: number | undefined;
  editable: boolean;
  publishes: boolean;
  onRestore: (text: string) => void;
  onPublished: () => void;
}

/** What was published, by whom; compared with the editor, taken back, or made what callers hear again. */
export function VersionsPanel({ flow, text, current, editable, publishes, onRestore, onPublished }: Props) {
  const { t } = useTranslation("flows");
  const versions = useQuery(versionsQuery(flow));
  const [opened, setOpened] = useState<number | null>(null);
  return (
    <Query of={versions} compact>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t("versions.empty")} />
        ) : (
          <ol className={styles.versions}>
            {items.map((version) => (
              <li key={version.version}>
                <header>
                  <strong>{t("bar.version", { version: version.version })}</strong>
                  {version.version === current && <Tag color="success">{t("versions.current")}</Tag>}
                  <span className="soft">
                    <Moment at={version.published_at} />
                  </span>
                </header>
                {version.comment && <p>{version.comment}</p>}
                {version.by && <p className="soft">{t("versions.by", { who: version.by })}</p>}
                <Button size="small" onClick={() => setOpened(opened === version.version ? null : version.version)}>
                  {t("versions.compare")}
                </Button>
                {opened === version.version && <Opened {...{ flow, version, text, current, editable, publishes, onRestore, onPublished }} />}
              </li>
            ))}
          </ol>
        )
      }
    </Query>
  );
}

function Opened({ flow, version: { version }, text, current, editable, publishes, onRestore, onPublished }: Props & { version: FlowVersion }) {
  const { t } = useTranslation("flows");
  const { modal, message } = App.useApp();
  const problem = useProblemText();
  const old = useQuery(versionQuery(flow, version));
  const back = useMutation({
    mutationFn: (text: string) => publishFlow(flow, text, t("versions.comment", { version }), current),
    onSuccess: () => {
      message.success(t("versions.rolledBack", { version }));
      onPublished();
    },
    onError: (error) => message.error(problem(error).what),
  });
  const rollBack = (text: string) =>
    modal.confirm({ title: t("versions.rollBackSure", { version }), content: t("versions.rollBackBody"), okText: t("versions.rollBack"), onOk: () => back.mutateAsync(text).catch(() => undefined) });
  return (
    <Query of={old} compact>
      {(found) => (
        <div className={styles.opened}>
          <DifferenceView before={found.text} after={text} same={t("versions.same")} label={t("versions.compare")} />
          <div>
            {editable && (
              <Button size="small" disabled={found.text === text} onClick={() => onRestore(found.text)}>
                {t("versions.restore")}
              </Button>
            )}
            {publishes && version !== current && (
              <Button size="small" danger loading={back.isPending} onClick={() => rollBack(found.text)}>
                {t("versions.rollBack")}
              </Button>
            )}
          </div>
        </div>
      )}
    </Query>
  );
}

