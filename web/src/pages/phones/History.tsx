import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import { type PhonePresence, type PresenceSaid, seePresence } from "~/api/phones";
import { Empty, Moment, Query, StateTag, useSaid } from "~/ui";
import styles from "./history.module.css";

/** When an agent's phones were away, why, and where they came from (DIA-08); of one phone, if it is named. */
export function PhoneHistory({ agent, phone }: { agent: string; phone?: string }) {
  const { t } = useTranslation("phones");
  const allowed = useMay()(seePresence);
  const found = useQuery({
    queryKey: ["presence", agent],
    enabled: allowed,
    queryFn: ({ signal }) => api.get<PresenceSaid>(`/agents/${encodeURIComponent(agent)}/presence`, undefined, signal),
    staleTime: 0,
    retry: false,
  });
  if (!allowed) return null;
  return (
    <Query of={found} compact>
      {({ phones, since }) => {
        const shown = phones.filter(({ endpoint }) => phone === undefined || endpoint === phone);
        return (
          <>
            {shown.length === 0 && <Empty title={t("history.none")} hint={t("history.noneHint")} />}
            {shown.map((one) => (
              <OnePhone key={one.endpoint} of={one} />
            ))}
            <p className="soft">
              {t("history.since")} <Moment at={since} full />
            </p>
          </>
        );
      }}
    </Query>
  );
}

function OnePhone({ of }: { of: PhonePresence }) {
  const { t } = useTranslation("phones");
  return (
    <section className={styles.phone} aria-label={t("history.of", { phone: of.endpoint })}>
      <h4>
        <span className="figures">{of.endpoint}</span> <StateTag tone={of.registered ? "good" : of.since ? "warn" : "idle"}>{t(`standing.${of.registered ? "registered" : of.since ? "gone" : "never"}`)}</StateTag>{" "}
        {of.since && (
          <span className="soft">
            <Moment at={of.since} />
          </span>
        )}
      </h4>
      <dl>
        <Line name={t("history.lastRegister")} at={of.last_register} none={t("history.never")} />
        <Line name={t("history.lastLost")} at={of.last_lost?.at} words={of.last_lost} none={t("history.notLost")} />
        {of.last_refused && <Line name={t("history.lastRefused")} at={of.last_refused.at} words={of.last_refused} none="" />}
        <div>
          <dt>{t("history.lost")}</dt>
          <dd>{t("history.times", { count: of.lost })}</dd>
        </div>
        {of.addresses.length > 0 && (
          <div>
            <dt>{t("history.addresses")}</dt>
            <dd>
              <ul>
                {of.addresses.map(({ at, ip }) => (
                  <li key={`${at} ${ip}`}>
                    <span className="figures">{ip}</span>{" "}
                    <span className="soft">
                      <Moment at={at} full />
                    </span>
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Line({ name, at, words, none }: { name: string; at?: string | null; words?: { zh: string; en: string } | null; none: string }) {
  const said = useSaid();
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {at ? <Moment at={at} full /> : <span className="soft">{none}</span>} {words && said(words)}
      </dd>
    </div>
  );
}
