import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import { shortcuts } from "~/agent/shortcuts";
import { useMay, useMe } from "~/api/me";
import { useShortcutHelp } from "./shortcut-help";
import styles from "./shortcut-help.module.css";

/** What the keyboard does, on every page, by where it does it; only what its reader has. */
export default function ShortcutHelp() {
  const { t } = useTranslation("shortcuts");
  const may = useMay();
  const isAgent = useMe().agent !== null;
  const parts = [
    { part: "everywhere" as const, lines: [["?", t("everywhere.help")], ["Tab", t("everywhere.skip")], ["Esc", t("everywhere.close")]] },
    ...(isAgent ? [{ part: "desk" as const, lines: shortcuts.map(({ keys, act }) => [keys, t(`desk.${act}`)]) }] : []),
    ...(may({ permission: "call.read" }) ? [{ part: "call" as const, lines: [["+ −", t("call.zoom")], ["← →", t("call.move")], ["0", t("call.whole")], ["Space", t("call.play")]] }] : []),
    ...(may({ permission: "flow.draft" }) ? [{ part: "flow" as const, lines: [["Ctrl+Z", t("flow.undo")], ["Ctrl+Y", t("flow.redo")]] }] : []),
  ];
  return (
    <Modal open title={t("title")} footer={null} onCancel={() => useShortcutHelp.setState({ open: false })} width={460}>
      {parts.map(({ part, lines }) => (
        <section key={part} aria-label={t(`part.${part}`)}>
          <h3>{t(`part.${part}`)}</h3>
          <dl className={styles.shortcuts}>
            {lines.map(([keys, does]) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
