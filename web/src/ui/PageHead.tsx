import type { ReactNode } from "react";
import styles from "./ui.module.css";

/** The head of a page: its title, what it shows, and what can be done with all of it. */
export function PageHead({ title, hint, actions }: { title: ReactNode; hint?: ReactNode; actions?: ReactNode }) {
  return (
    <header className={styles.pageHead}>
      <div>
        <h1>{title}</h1>
        {hint != null && <p className="soft">{hint}</p>}
      </div>
      {actions != null && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}
