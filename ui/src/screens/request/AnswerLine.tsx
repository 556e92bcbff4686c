import type { ApiResponse } from "../../bindings/ApiResponse";
import { CopyButton } from "../../parts/CopyButton";
import { Ring } from "../../parts/Ring";
import { lapse, size } from "../../words/sizes";
import styles from "./AnswerLine.module.css";

/** How the API answered, in a line. */
export function AnswerLine({ answer, sending }: { answer: ApiResponse | null; sending: boolean }) {
  return (
    <div className={styles.line}>
      <span role="status" className={styles.said}>
        {sending && (
          <>
            <Ring size={14} spinning="quick" />
            <span className={styles.aside}>Waiting for an answer…</span>
          </>
        )}
        {!sending && answer && (
          <>
            <span className={styles.status} data-tone={toneOf(answer.status)}>
              {answer.status} {answer.reason}
            </span>
            <span className={styles.aside}>
              {lapse(answer.millis)} · {size(answer.bytes)}
            </span>
          </>
        )}
      </span>
      {!sending && answer?.body.kind === "text" && <CopyButton text={answer.body.text} what="the response" />}
    </div>
  );
}

/** The number says it; the colour only repeats it. */
function toneOf(status: number): "ok" | "bad" | "neutral" {
  if (status >= 400) {
    return "bad";
  }
  return status >= 200 && status < 300 ? "ok" : "neutral";
}
