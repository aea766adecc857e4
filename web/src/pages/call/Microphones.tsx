import { useTranslation } from "react-i18next";
import type { Microphone } from "~/api/records";
import { StateTag, useSaid } from "~/ui";
import { dbov } from "../figures";
import { clock } from "./model/axis";
import { type Heard, heardOf, WINDOW_MS } from "./model/voice";
import styles from "./microphones.module.css";

interface Props {
  of: readonly Microphone[];
  who: (leg: number) => string;
  origin: number;
}

/** The microphone of each leg: how loud, how noisy, what was cut off, whether it heard its own loudspeaker (DIA-05, DIA-10). */
export function Microphones({ of, who, origin }: Props) {
  const { t } = useTranslation("call");
  if (of.length === 0) return null;
  return (
    <>
      <div className={styles.microphones}>
        {heardOf(of).map((heard) => (
          <OneMicrophone key={heard.leg} of={heard} who={who(heard.leg)} origin={origin} />
        ))}
      </div>
      <p className="soft">{t("microphone.formula")}</p>
    </>
  );
}

function OneMicrophone({ of, who, origin }: { of: Heard; who: string; origin: number }) {
  const { t } = useTranslation("call");
  const said = useSaid();
  const title = t("microphone.title", { who });
  const figures = [
    [t("microphone.level"), of.level === null ? t("microphone.unspoken") : dbov(of.level)],
    [t("microphone.noise"), dbov(of.noise)],
    [t("microphone.clipped"), percent(of.clippedPermille)],
    [t("microphone.echo"), of.echo ? t("microphone.echoOf", { delay: of.echo.delayMs, loss: of.echo.lossDb }) : t("microphone.noEcho")],
  ];
  return (
    <section className={styles.microphone} aria-label={title}>
      <h4>
        {title} {of.advice.length === 0 && <StateTag tone="good">{t("microphone.fine")}</StateTag>}
      </h4>
      <Strip of={of} origin={origin} />
      <dl>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="figures">{value}</dd>
          </div>
        ))}
      </dl>
      {of.advice.map((advice) => (
        <div key={advice.code} className={styles.advice}>
          <p>
            <strong>{said(advice)}</strong> <span className="figures soft">{t("microphone.times", { times: advice.times, of: of.windows.length })}</span>
          </p>
          <p>{said({ zh: advice.remedy_zh, en: advice.remedy_en })}</p>
        </div>
      ))}
    </section>
  );
}

/** What is as quiet as this has no height. */
const FLOOR_DBOV = -60;

/** A bar for each half minute, as high as was spoken, in the colour of what was found. */
function Strip({ of, origin }: { of: Heard; origin: number }) {
  const { t } = useTranslation("call");
  return (
    <div className={styles.strip} role="img" aria-label={t("microphone.strip")}>
      {of.windows.map((window) => {
        const level = window.level_dbov ?? FLOOR_DBOV;
        const end = Date.parse(window.at) - origin;
        const time = `${clock(Math.max(end - WINDOW_MS, 0))} – ${clock(end)}`;
        const spoken = window.level_dbov == null ? t("microphone.unspoken") : dbov(level);
        return (
          <span
            key={window.at}
            data-found={window.echo ? "echo" : window.microphone.code}
            style={{ blockSize: `${Math.max(1 - level / FLOOR_DBOV, 0.06) * 100}%` }}
            title={t("microphone.window", { time, level: spoken, noise: dbov(window.noise_dbov), clipped: percent(window.clipped_permille) })}
          />
        );
      })}
    </div>
  );
}

const percent = (permille: number) => `${permille / 10}%`;
