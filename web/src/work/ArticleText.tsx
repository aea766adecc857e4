import type { Article } from "~/api/work";
import styles from "./work.module.css";

/** An article as agents read it. */
export function ArticleText({ of: { title, text } }: { of: Pick<Article, "title" | "text"> }) {
  return (
    <article className={styles.article}>
      <h3>{title}</h3>
      {text.split("\n").map((line, place) => (
        <p key={place}>{line}</p>
      ))}
    </article>
  );
}
