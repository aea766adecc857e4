import type { ReactNode } from "react";
import { Alert, Button } from "antd";
import editor from "./editor.module.css";

interface Props {
  title: ReactNode;
  /** What there is to know before one chooses. */
  children?: ReactNode;
  takeTheirs: string;
  keepMine: string;
  onTheirs: () => void;
  onMine: () => void;
}

/** Somebody else saved while one was changing the same: which of the two is to stay. */
export function Overtaken({ title, children, takeTheirs, keepMine, onTheirs, onMine }: Props) {
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      className={editor.note ?? ""}
      title={title}
      description={
        <>
          {children}
          <div className={editor.choices}>
            <Button onClick={onTheirs}>{takeTheirs}</Button>
            <Button onClick={onMine}>{keepMine}</Button>
          </div>
        </>
      }
    />
  );
}
