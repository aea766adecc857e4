import { useState } from "react";
import { AuditOutlined, DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Badge, Button, Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { approvalsQuery, EXPORT_ACT } from "~/api/approvals";
import { Approvals } from "../approvals/Approvals";
import { ExportDialog } from "./ExportDialog";

/** Takes the chosen recordings home, for those who may; and shows what waits for a second person, if there is any (REC-13). */
export function ExportButton({ chosen, onTaken }: { chosen: readonly string[]; onTaken: () => void }) {
  const { t } = useTranslation("recordings");
  const [open, setOpen] = useState<"dialog" | "approvals" | null>(null);
  const asked = (useQuery(approvalsQuery).data?.items ?? []).filter(({ act }) => act === EXPORT_ACT);
  const close = () => setOpen(null);
  return (
    <>
      {asked.length > 0 && (
        <Badge count={asked.filter(({ mine, state }) => !mine && state === "waiting").length}>
          <Button icon={<AuditOutlined />} onClick={() => setOpen("approvals")}>
            {t("export.approvals")}
          </Button>
        </Badge>
      )}
      <Button icon={<DownloadOutlined />} disabled={chosen.length === 0} onClick={() => setOpen("dialog")}>
        {t("export.title", { count: chosen.length })}
      </Button>
      {open === "dialog" && <ExportDialog chosen={chosen} onClose={close} onSee={() => setOpen("approvals")} onTaken={onTaken} />}
      <Drawer open={open === "approvals"} title={t("export.approvals")} size={Math.min(1000, window.innerWidth)} onClose={close} destroyOnHidden>
        <Approvals act={EXPORT_ACT} />
      </Drawer>
    </>
  );
}
