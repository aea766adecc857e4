import { useEffect, useMemo, useState } from "react";
import { ArrowLeftOutlined, CopyOutlined, FileZipOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { App, Button, Card, Tabs, Tooltip } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { address } from "~/api/client";
import { useEvents } from "~/api/events";
import { useMay, useMe } from "~/api/me";
import type { CallDetail, RecordingRow } from "~/api/records";
import { usePreferences } from "~/app/preferences";
import { Empty, Failure, Moment, PageHead, Query, StateTag, useNow } from "~/ui";
import { Outcome } from "../calls/columns";
import { useNames } from "../calls/names";
import { number } from "../figures";
import { SummaryCard } from "~/work/SummaryDrawer";
import { SuperviseButtons } from "../wallboard/Supervise";
import { Decisions } from "./Decisions";
import { LadderView } from "./LadderView";
import { LegsNow } from "./LegsNow";
import { lanes } from "./model/lanes";
import { callQuery, peaksQuery, storyQuery, traceQuery } from "./queries";
import { QualityView } from "./Quality";
import { FactsView, StoryView } from "./Tabs";
import { type Picked, TimeLine } from "./TimeLine";
import { usePlayer } from "./usePlayer";
import styles from "./call.module.css";

export default function Page() {
  const { call = "" } = useParams({ strict: false });
  const found = useQuery(callQuery(call));
  return <Query of={found}>{(detail) => <Call key={call} id={call} detail={detail} />}</Query>;
}

function Call({ id, detail }: { id: string; detail: CallDetail }) {
  const { t } = useTranslation(["call", "floor"]);
  const { language } = usePreferences();
  const me = useMe();
  const may = useMay();
  const { nameOf } = useNames();
  const ended = Boolean(detail.record.ended);
  const now = useNow();
  const story = useQuery(storyQuery(id, detail.record.started, ended));
  const traced = may({ permission: "trace.read" });
  const trace = useQuery({ ...traceQuery(id), enabled: traced });
  const recorded = may({ permission: "recording.play" }) ? detail.record.recordings[0] : undefined;
  const peaks = useQuery({ ...peaksQuery(recorded ?? ""), enabled: recorded !== undefined });
  const recording = useMemo(() => (recorded && peaks.data ? recordingOf(detail, recorded, peaks.data.length_ms) : undefined), [detail, recorded, peaks.data]);
  const source = recording ? address(`/recordings/${encodeURIComponent(recording.recording)}/audio`) : null;
  const player = usePlayer(source);
  const messages = useMemo(() => trace.data?.messages ?? [], [trace.data]);
  // A call that is over does not change with the clock.
  const until = ended ? 0 : now;
  const named = useMemo(() => withNames(detail, nameOf), [detail, nameOf]);
  const drawn = useMemo(() => lanes(named, story.data, messages, until), [named, story.data, messages, until]);
  const [picked, setPicked] = useState<Picked | null>(null);
  const [tab, setTab] = useState("story");
  const pick = (what: Picked) => {
    setPicked(what);
    if (what.what === "sip") setTab("sip");
    if (what.what === "decision") setTab("decisions");
  };
  const written = detail.record.talk_ms > 0 && may({ permission: "call.read", path: "/v1/calls/{call}/summary" });
  const mark = `${me.display_name} · ${dayjs().format("YYYY-MM-DD")}`;
  const tabs = [
    { key: "story", label: t("tab.story"), children: <Query of={story} compact>{(story) => <StoryView story={story} />}</Query> },
    ...(traced
      ? [
          {
            key: "sip",
            label: t("tab.sip"),
            children: trace.error ? (
              <Failure error={trace.error} retry={() => void trace.refetch()} compact />
            ) : (
              <LadderView messages={messages} origin={drawn.origin} picked={picked?.what === "sip" ? picked.of : null} onPick={(of) => setPicked({ what: "sip", of })} />
            ),
          },
        ]
      : []),
    { key: "decisions", label: t("tab.decisions"), children: <Decisions decisions={detail.decisions} origin={drawn.origin} picked={picked?.what === "decision" ? picked.of : null} /> },
    { key: "quality", label: t("tab.quality"), children: <QualityView of={named} origin={drawn.origin} /> },
    { key: "facts", label: t("tab.facts"), children: <FactsView facts={detail.facts} origin={drawn.origin} language={language} /> },
  ];
  return (
    <>
      <Head id={id} detail={detail} />
      {source && <audio ref={player.audio} src={source} preload="metadata" />}
      <Card className={styles.card}>
        <TimeLine of={drawn} recording={recording} peaks={peaks.data} player={player} mark={mark} picked={picked} onPick={pick} />
      </Card>
      {written && <SummaryCard call={id} queue={detail.record.queue} />}
      <Card className={styles.card}>
        {detail.facts.length === 0 && detail.legs.length === 0 ? <Empty title={t("story.empty")} /> : <Tabs activeKey={tab} onChange={setTab} items={tabs} />}
      </Card>
    </>
  );
}

/** A call's recording begins when it arrives; how long it is, its peaks say. */
function recordingOf({ record }: CallDetail, recording: string, length_ms: number): RecordingRow {
  return { recording, call: record.call, started: record.started, length_ms, status: "recorded" };
}

/** People by their names, numbers as they are read. */
function withNames(detail: CallDetail, nameOf: (agent: string) => string): CallDetail {
  const ours = (role: string) => role === "agent" || role === "supervisor";
  return {
    ...detail,
    legs: detail.legs.map((leg) => ({ ...leg, party: ours(leg.role) ? nameOf(leg.party) : number(leg.party) })),
    decisions: detail.decisions.map((one) => ({ ...one, winner: one.winner && nameOf(one.winner) })),
  };
}

function Head({ id, detail: { record } }: { id: string; detail: CallDetail }) {
  const { t } = useTranslation(["call", "floor", "app"]);
  const { nameOf, queueOf } = useNames();
  const { message } = App.useApp();
  const may = useMay();
  const live = useEvents((state) => state.live?.calls.find((one) => one.call === id));
  const other = record.direction === "outbound" ? record.called : record.caller;
  useEffect(() => {
    document.title = `${number(other)} · ${t("app:product")}`;
    return () => void (document.title = t("app:product"));
  }, [other, t]);
  const copy = () => void navigator.clipboard.writeText(id).then(() => message.success(t("app:act.copied")));
  return (
    <PageHead
      title={
        <span className={styles.title}>
          <Link to="/calls" aria-label={t("back")}>
            <ArrowLeftOutlined />
          </Link>
          <span className="figures">{other ? number(other) : t("floor:unknownNumber")}</span>
          {record.ended ? <Outcome of={record.outcome} /> : <StateTag tone="busy">{t("live")}</StateTag>}
        </span>
      }
      hint={
        <span className={styles.facts}>
          <span>{t(`floor:direction.${record.direction as "inbound"}`, { defaultValue: record.direction })}</span>
          <Moment at={record.started} full />
          {record.region && <span>{record.region}</span>}
          {record.queue && <span>{queueOf(record.queue)}</span>}
          {record.agent && <span>{nameOf(record.agent)}</span>}
          {live && <LegsNow legs={live.legs} />}
          {record.cause && <span>{t(`floor:cause.${record.cause as "busy"}`, { defaultValue: record.cause })}</span>}
          <Button size="small" type="text" icon={<CopyOutlined />} onClick={copy} aria-label={t("copyId")}>
            <code>{id}</code>
          </Button>
        </span>
      }
      actions={
        <>
          {live && <SuperviseButtons call={live} agentName={nameOf(live.agent ?? "")} labels />}
          {may({ permission: "call.read", path: "/v1/calls/{call}/bundle" }) && (
            <Tooltip title={t("bundleHint")}>
              <Button icon={<FileZipOutlined />} href={address(`/calls/${encodeURIComponent(id)}/bundle`)} download>
                {t("bundle")}
              </Button>
            </Tooltip>
          )}
        </>
      }
    />
  );
}
