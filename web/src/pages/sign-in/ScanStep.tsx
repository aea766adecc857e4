import { useEffect, useState } from "react";
import { ReloadOutlined } from "@ant-design/icons";
import { Button, QRCode } from "antd";
import { useTranslation } from "react-i18next";
import { session, type ScanState, type Scan, type StepAnswer } from "~/api/session";
import { ProblemNote, useNow } from "~/ui";
import styles from "./sign-in.module.css";

type Shown = { scan: Scan; state: ScanState } | null;

/** Signs in by a telephone that is signed in: a code on this screen, a word on that one (AGT-01). */
export function ScanStep({ onAnswer }: { onAnswer: (answer: StepAnswer) => void }) {
  const { t } = useTranslation("signIn");
  const [turn, setTurn] = useState(0);
  const { shown, problem } = useScan(turn, onAnswer);
  const now = useNow();
  const leftMs = shown ? Date.parse(shown.scan.expires_at) - now : 0;
  const over = shown !== null && (shown.state === "expired" || shown.state === "refused" || leftMs <= 0);
  const again = () => setTurn((before) => before + 1);
  return (
    <div className={styles.scan}>
      <ProblemNote of={problem} action={<Button onClick={again}>{t("scan.again")}</Button>} />
      {shown && (
        <div className={styles.code} data-over={over || shown.state !== "waiting"}>
          <QRCode value={shown.scan.uri} type="svg" size={196} color="#000000" bgColor="#ffffff" errorLevel="M" aria-label={t("scan.code")} />
          {over && (
            <Button type="primary" icon={<ReloadOutlined />} onClick={again}>
              {t("scan.again")}
            </Button>
          )}
        </div>
      )}
      <p role="status" className={styles.hint}>
        {shown && (over ? t(shown.state === "refused" ? "scan.refused" : "scan.expired") : t(shown.state === "seen" || shown.state === "confirmed" ? "scan.seen" : "scan.hint", { seconds: Math.ceil(leftMs / 1_000) }))}
      </p>
    </div>
  );
}

/** A code, and what becomes of it; `turn` asks for a new one. */
function useScan(turn: number, onAnswer: (answer: StepAnswer) => void): { shown: Shown; problem: unknown } {
  const [shown, setShown] = useState<Shown>(null);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    const ended = new AbortController();
    const run = async () => {
      setProblem(null);
      const scan = await session.scan();
      setShown({ scan, state: "waiting" });
      while (!ended.signal.aborted) {
        const { state } = await session.scanState(scan, ended.signal);
        if (ended.signal.aborted) return;
        setShown({ scan, state });
        if (state === "expired" || state === "refused") return;
        if (state === "confirmed") return onAnswer(await session.takeScan(scan));
      }
    };
    run().catch((thrown: unknown) => {
      if (!ended.signal.aborted) setProblem(thrown);
    });
    return () => ended.abort();
    // A new code only when it is asked for.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [turn]);
  return { shown, problem };
}
