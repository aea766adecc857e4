import { BackwardOutlined, CaretRightFilled, CompressOutlined, ForwardOutlined, PauseOutlined, ZoomInOutlined, ZoomOutOutlined } from "@ant-design/icons";
import { Button, Select, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { RecordingRow } from "~/api/records";
import { formatClock } from "~/ui";
import { type Axis, clock, zoom } from "./model/axis";
import { type Player, SPEEDS } from "./usePlayer";
import styles from "./call.module.css";

interface Props {
  player: Player;
  recording: RecordingRow | undefined;
  /** Where the player is on the axis. */
  head: number;
  axis: Axis;
  zoomed: boolean;
  onMove: (axis: Axis) => void;
  onFit: () => void;
}

/** Plays the recording, and zooms the time line. */
export function Transport({ player, recording, head, axis, zoomed, onMove, onFit }: Props) {
  const { t } = useTranslation(["call", "app"]);
  const around = head >= axis.seen.from && head <= axis.seen.to && player.at > 0 ? head : (axis.seen.from + axis.seen.to) / 2;
  return (
    <div className={styles.transport}>
      {recording ? (
        <>
          <Button
            type="primary"
            shape="circle"
            disabled={player.failed}
            icon={player.playing ? <PauseOutlined /> : <CaretRightFilled />}
            aria-label={player.playing ? t("player.pause") : t("player.play")}
            onClick={player.toggle}
          />
          <Button type="text" icon={<BackwardOutlined />} aria-label={t("player.backward")} onClick={() => player.seek(player.at - 10_000)} />
          <Button type="text" icon={<ForwardOutlined />} aria-label={t("player.forward")} onClick={() => player.seek(player.at + 10_000)} />
          <span className="figures">
            {formatClock(player.at)} <span className="soft">/ {formatClock(recording.length_ms ?? 0)}</span>
          </span>
          <Select<number> size="small" className={styles.speed} aria-label={t("player.speed")} value={player.speed} onChange={player.setSpeed} options={SPEEDS.map((value) => ({ value, label: `${value}×` }))} />
          {recording.status === "partial" && <Tag color="warning">{t("player.partial", { time: formatClock(recording.missing_ms ?? 0) })}</Tag>}
          {player.failed && (
            <span className={styles.failed} role="alert">
              {t("player.failed")}
              <Tooltip title={t("player.failedHint")}>
                <Button size="small" type="link" onClick={player.retry}>
                  {t("app:act.retry")}
                </Button>
              </Tooltip>
            </span>
          )}
        </>
      ) : (
        <span className="soft">{t("player.none")}</span>
      )}
      <span className={styles.fill} />
      <span className="soft figures">
        {clock(axis.seen.from, 100)} – {clock(axis.seen.to, 100)}
      </span>
      <Tooltip title={t("axis.hint")}>
        <Button icon={<ZoomOutOutlined />} disabled={!zoomed} aria-label={t("axis.zoomOut")} onClick={() => onMove(zoom(axis, 1 / 2, around))} />
      </Tooltip>
      <Button icon={<ZoomInOutlined />} aria-label={t("axis.zoomIn")} onClick={() => onMove(zoom(axis, 2, around))} />
      <Button icon={<CompressOutlined />} disabled={!zoomed} onClick={onFit}>
        {t("axis.fit")}
      </Button>
    </div>
  );
}
