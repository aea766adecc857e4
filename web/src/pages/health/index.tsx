import { CheckCircleFilled, CloseCircleFilled, ReloadOutlined, WarningFilled } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Empty, Moment, PageHead } from "~/ui";
import { Offered } from "../Offered";
import styles from "./health.module.css";
import { countOf, type Health, type Level, layersOf } from "./model";

const ICON: Record<Level, React.ReactNode> = { ok: <CheckCircleFilled />, warning: <WarningFilled />, failed: <CloseCircleFilled /> };
const LAYERS = ["machine", "network", "carriers", "media", "storage", "node", "calls"] as const;

/** The checks ask sockets, disks and carriers; they are looked at, not watched. */
const FRESH_MS = 30_000;

export default function Page() {
  const { t } = useTranslation("health");
  const health = useQuery({ queryKey: ["health"], queryFn: ({ signal }) => api.get<Health>("/health", undefined, signal), staleTime: FRESH_MS });
  return (
    <>
      <PageHead
        title={t("title")}
        hint={health.data?.version && t("version", { version: health.data.version })}
        actions={
          <Button icon={<ReloadOutlined />} loading={health.isFetching} onClick={() => void health.refetch()}>
            {t("refresh")}
          </Button>
        }
      />
      <Offered of={health}>{(health) => <Layers health={health} />}</Offered>
    </>
  );
}

function Layers({ health }: { health: Health }) {
  const { t } = useTranslation("health");
  const layers = layersOf(health);
  if (layers.length === 0) return <Empty title={health.ok === false ? t("level.failed") : t("none")} />;
  const [failed, warning] = [countOf(layers, "failed"), countOf(layers, "warning")];
  const level: Level = failed > 0 ? "failed" : warning > 0 ? "warning" : "ok";
  return (
    <>
      <p className={styles.verdict} data-level={level}>
        {ICON[level]}
        <strong>{failed > 0 ? t("failed", { count: failed }) : warning > 0 ? t("warning", { count: warning }) : t("well")}</strong>
        {health.at && (
          <span>
            {t("at")} <Moment at={health.at} />
          </span>
        )}
        {health.started && (
          <span>
            {t("started")} <Moment at={health.started} full />
          </span>
        )}
      </p>
      <div className={styles.layers}>
        {layers.map(({ layer, level, checks }) => {
          const known = LAYERS.find((one) => one === layer);
          return (
            <section key={layer} data-level={level}>
              <header>
                <span data-level={level}>{ICON[level]}</span>
                <div>
                  <h2>{known ? t(`layer.${known}`) : layer}</h2>
                  {known && <p className="soft">{t(`layerHint.${known}`)}</p>}
                </div>
              </header>
              <ul>
                {checks.map(({ check, level, found, remedy }) => (
                  <li key={check} data-level={level}>
                    <span data-level={level} title={t(`level.${level}`)}>
                      {ICON[level]}
                    </span>
                    <div>
                      <strong>{check}</strong> <span>{found}</span>
                      {level !== "ok" && remedy && (
                        <p>
                          <b>{t("remedy")}</b> {remedy}
                        </p>
                      )}
                    </div>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </>
  );
}
