import { ArrowRightOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Drawer, Table } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { CallView } from "~/api/types";
import { Empty, StateTag, type Tone } from "~/ui";
import { number } from "../figures";
import { Running } from "./Running";

const TONE: Record<string, Tone> = { ivr: "idle", queue: "warn", ringing: "busy", talk: "busy", hold: "warn", wrap_up: "after" };

interface Props {
  /** Which calls; none while it is closed. */
  open: { title: string; queue: string | undefined } | null;
  calls: CallView[];
  names: ReadonlyMap<string, string>;
  onClose: () => void;
}

/** The calls behind a number, as they are now. */
export function CallsDrawer({ open, calls, names, onClose }: Props) {
  const { t } = useTranslation(["wallboard", "floor"]);
  const navigate = useNavigate();
  return (
    <Drawer open={open !== null} onClose={onClose} title={open?.title} size={640}>
      <Table<CallView>
        rowKey="call"
        size="small"
        dataSource={calls}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{ emptyText: <Empty title={t("calls.empty")} /> }}
        onRow={({ call }) => ({ onClick: () => void navigate({ to: "/calls/$call", params: { call } }), style: { cursor: "pointer" } })}
        columns={[
          {
            title: t("calls.caller"),
            render: (_, { call, caller, region }) => (
              <Link to="/calls/$call" params={{ call }}>
                <span className="figures">{number(caller)}</span> <span className="soft">{region}</span>
              </Link>
            ),
          },
          { title: t("calls.stage"), render: (_, { stage }) => <StateTag tone={TONE[stage] ?? "idle"}>{t(`floor:stage.${stage as "talk"}`, { defaultValue: stage })}</StateTag> },
          { title: t("calls.agent"), render: (_, { agent, queue }) => names.get(agent ?? "") ?? agent ?? queue ?? "—" },
          { title: t("calls.since"), align: "end", render: (_, { since }) => <Running since={since} /> },
        ]}
      />
      <p>
        <Link to="/calls" search={{ from: dayjs().startOf("day").toISOString(), ...(open?.queue && { queue: open.queue }) } as never}>
          {t("calls.records")} <ArrowRightOutlined />
        </Link>
      </p>
    </Drawer>
  );
}
