import { useEffect, useMemo, useState } from "react";
import { FullscreenExitOutlined, FullscreenOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Card, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { reconnectEvents, useEvents } from "~/api/events";
import { Problem } from "~/api/problem";
import { readLive } from "~/api/readLive";
import type { Live } from "~/api/types";
import { Failure, Loading, PageHead, StateTag } from "~/ui";
import { useNames } from "../calls/names";
import { AgentDrawer } from "./AgentDrawer";
import { Agents } from "./Agents";
import { Alerts } from "./Alerts";
import { CallsDrawer } from "./CallsDrawer";
import { Headlines, type Opens } from "./Headlines";
import { floorOf, headline } from "./model";
import { Queues } from "./Queues";
import { useServerNow } from "./serverClock";
import { SupervisedBar } from "./Supervise";
import { Waiting } from "./Waiting";
import styles from "./wallboard.module.css";

/** What the address says: which queue, and whether this hangs on a wall. */
interface Search {
  queue?: string;
  wall?: boolean;
}

export default function Page() {
  const live = useEvents((state) => state.live);
  const floor = useMemo(() => live && readLive(live), [live]);
  const lost = useEvents((state) => state.link === "lost");
  if (floor) return <Wallboard live={floor} />;
  // The connection is made again by itself; meanwhile one is told why nothing is shown.
  return lost ? <Failure error={new Problem({ status: 0, code: "network_lost" })} retry={reconnectEvents} /> : <Loading />;
}

function Wallboard({ live }: { live: Live }) {
  const { t } = useTranslation("wallboard");
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const [behind, setBehind] = useState<{ what: "waiting" | "talking" | "live"; queue: string | undefined } | null>(null);
  const [agent, setAgent] = useState<string | null>(null);
  const floor = useMemo(() => floorOf(live, search.queue), [live, search.queue]);
  const head = headline(live, floor, search.queue);
  const names = useMemo(() => new Map(live.agents.map((one) => [one.agent, one.display_name])), [live.agents]);
  const longest = useLongest(live);
  const { queueOf } = useNames();
  const change = (changed: Partial<Search>) => void navigate({ to: "/wallboard", search: { ...search, ...changed } as never, replace: true });
  const open = (what: Opens, queue = search.queue) => {
    if (what === "agents") return document.getElementById("agents")?.scrollIntoView({ behavior: "smooth" });
    if (what === "waiting" || what === "talking" || what === "live") return setBehind({ what, queue });
    const from = dayjs().startOf("day").toISOString();
    void navigate({ to: "/calls", search: { from, direction: "inbound", outcome: what, ...(queue && { queue }) } as never });
  };
  const behindCalls = behind ? floorOf(live, behind.queue) : floor;
  return (
    <div className={search.wall ? styles.wall : undefined}>
      <PageHead
        title={search.queue ? `${t("title")} · ${queueOf(search.queue)}` : t("title")}
        actions={<Actions live={live} search={search} change={change} />}
      />
      <SupervisedBar calls={live.calls} names={names} />
      <Headlines of={head} onOpen={open} />
      <div className={styles.columns}>
        <div className={styles.floor}>
          <Card title={t("queues.title")} size="small" className={styles.queueCard}>
            <Queues queues={floor.queues} longest={longest} within={head.within} target={head.target} onOpen={open} />
          </Card>
          <section id="agents">
            <Agents agents={floor.agents} calls={live.calls} onOpen={setAgent} />
          </section>
        </div>
        <div className={styles.beside}>
          <Card title={t("alerts.title")} size="small">
            <Alerts alerts={live.alerts} calls={live.calls} names={names} onAgent={setAgent} />
          </Card>
          <Card title={t("waiting.title")} size="small" extra={<span className="soft">{t("waiting.by", { seconds: head.within / 1000 })}</span>}>
            <Waiting calls={floor.waiting} within={head.within} />
          </Card>
        </div>
      </div>
      <CallsDrawer
        open={behind && { title: behind.queue ? `${t(`calls.${behind.what}`)} · ${queueOf(behind.queue)}` : t(`calls.${behind.what}`), queue: behind.queue }}
        calls={behind?.what === "waiting" ? behindCalls.waiting : behind?.what === "talking" ? behindCalls.talking : behindCalls.calls}
        names={names}
        onClose={() => setBehind(null)}
      />
      <AgentDrawer agent={live.agents.find((one) => one.agent === agent)} call={live.calls.find((call) => call.agent === agent)} onClose={() => setAgent(null)} />
    </div>
  );
}

function Actions({ live, search, change }: { live: Live; search: Search; change: (changed: Partial<Search>) => void }) {
  const { t } = useTranslation("wallboard");
  const link = useEvents((state) => state.link);
  const wall = search.wall === true;
  useEffect(() => {
    // Leaving the full screen by the browser's own key leaves the wall display too.
    const left = () => {
      if (!document.fullscreenElement) change({ wall: undefined });
    };
    if (wall && document.fullscreenElement) document.addEventListener("fullscreenchange", left);
    return () => document.removeEventListener("fullscreenchange", left);
  }, [wall, change]);
  const toggle = async () => {
    // A browser may refuse the full screen; the display is of use in a window as well.
    await (wall ? document.exitFullscreen?.() : document.documentElement.requestFullscreen?.())?.catch?.(() => undefined);
    change({ wall: wall ? undefined : true });
  };
  return (
    <>
      <StateTag tone={link === "live" ? "good" : "warn"}>{link === "live" ? t("live") : t("asOf", { time: dayjs(live.at).format("HH:mm:ss") })}</StateTag>
      <Select
        className={styles.queueSelect}
        aria-label={t("queues.title")}
        value={search.queue ?? ""}
        onChange={(queue) => change({ queue: queue || undefined })}
        options={[{ value: "", label: t("allQueues") }, ...live.queues.map(({ queue, title }) => ({ value: queue, label: title || queue }))]}
      />
      <Button icon={wall ? <FullscreenExitOutlined /> : <FullscreenOutlined />} onClick={() => void toggle()}>
        {wall ? t("leaveWall") : t("wall")}
      </Button>
    </>
  );
}

/** For how long the longest waits, by queue. */
function useLongest(live: Live): ReadonlyMap<string, number> {
  const now = useServerNow();
  const longest = new Map<string, number>();
  for (const { queue, stage, since } of live.calls) {
    if (queue && (stage === "queue" || stage === "ringing")) longest.set(queue, Math.max(longest.get(queue) ?? 0, now - Date.parse(since)));
  }
  return longest;
}
