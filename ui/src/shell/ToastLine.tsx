import { useEffect } from "react";
import type { Toast } from "../navigation";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { IconButton } from "../parts/IconButton";
import { Ring } from "../parts/Ring";
import { useNow } from "../parts/useNow";
import { useClearClipboard } from "../queries/accounts";
import styles from "./ToastLine.module.css";

const SHOWN_FOR = 6000;
const CLIPBOARD_LIFE = 30;

/** A short word at the foot of the window. */
export function ToastLine({ toast, onDone }: { toast: Toast | null; onDone: () => void }) {
  return (
    <div role="status" className={styles.place}>
      {toast &&
        (toast.clearsAt ? (
          <Countdown clearsAt={toast.clearsAt} onDone={onDone} />
        ) : (
          <Line toast={toast} onDone={onDone} />
        ))}
    </div>
  );
}

function Line({ toast, onDone }: { toast: Toast; onDone: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new toast has its own time.
  useEffect(() => {
    const timer = setTimeout(onDone, SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [toast]);
  const icon = ({ ok: "check", neutral: "info", bad: "warn" } as const)[toast.tone];
  return (
    <div className={styles.toast} data-tone={toast.tone}>
      <Icon name={icon} size={18} />
      <span className={styles.words}>
        {toast.text} {toast.aside && <span className={styles.aside}>{toast.aside}</span>}
      </span>
      <IconButton icon="x" label="Close" onPress={onDone} />
    </div>
  );
}

/** The clipboard's countdown is seen each second and spoken once. */
function Countdown({ clearsAt, onDone }: { clearsAt: number; onDone: () => void }) {
  const now = useNow(clearsAt);
  const clear = useClearClipboard();
  const left = Math.max(0, clearsAt - now);
  useEffect(() => {
    if (left === 0) {
      onDone();
    }
  }, [left, onDone]);
  return (
    <div className={styles.toast} data-tone="neutral">
      <Ring size={18} width={2.5} value={left / CLIPBOARD_LIFE} />
      <span className={styles.words}>
        Access token copied.{" "}
        <span className={styles.aside} aria-hidden="true">
          The clipboard is cleared in {left} s.
        </span>
      </span>
      <Button
        size="sm"
        isPending={clear.isPending}
        onPress={() => clear.mutate(undefined, { onSettled: onDone })}
      >
        Clear now
      </Button>
    </div>
  );
}
