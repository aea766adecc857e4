import type { ReactNode } from "react";
import { Alert } from "antd";
import { useProblemText } from "./problem-text";
import styles from "./ui.module.css";

/** What went wrong with what somebody just did, beside where he did it. Nothing if nothing did. */
export function ProblemNote({ of, action }: { of: unknown; action?: ReactNode }) {
  const problemText = useProblemText();
  if (of == null) return null;
  const { what, remedy } = problemText(of);
  const below = (remedy || action) && (
    <>
      {remedy}
      {action && <div className={styles.noteAction}>{action}</div>}
    </>
  );
  return <Alert type="error" showIcon role="alert" title={what} description={below} style={{ marginBottom: 16 }} />;
}
