import { useEffect, useEffectEvent, useState } from "react";
import { FailureNote } from "../../parts/FailureNote";
import { Icon } from "../../parts/Icon";
import { Page } from "../../parts/Page";
import { type Asked, useInspect } from "../../queries/inspector";
import { cleaned } from "../../words/pasted";
import { EmptyInspector } from "./EmptyInspector";
import styles from "./InspectorScreen.module.css";
import { PastedText } from "./PastedText";
import { Sights } from "./Sights";

/** A token, a key set or a token answer that the person brings: read here, kept in memory, forgotten on leaving. */
export function InspectorScreen() {
  const { mutate, reset, data, error, isPending } = useInspect();
  const [answer, setAnswer] = useState<string | null>(null);
  const look = (asked: Asked) => mutate(asked);
  const open = (text: string) => {
    setAnswer(null);
    look({ text: cleaned(text) });
  };
  useHeardPaste(open);
  const clear = () => {
    setAnswer(null);
    reset();
  };
  const lookInto = (member: string) => {
    const { token, accessToken } = tokenIn(data?.text ?? "", member);
    if (data && token !== null) {
      setAnswer(data.text);
      look({ text: token, accessToken });
    }
  };
  return (
    <Page
      title="Token inspector"
      headed
      actions={
        <span className={styles.promise}>
          <Icon name="lock" />
          Nothing leaves this machine
        </span>
      }
    >
      {data ? (
        <div className={styles.split}>
          <section className={styles.pasted} aria-label="What was pasted">
            <PastedText
              seen={data}
              pending={isPending}
              onLook={(asked) => look({ text: data.text, ...asked })}
              onClear={clear}
              onBack={answer === null ? null : () => open(answer)}
            />
          </section>
          <section className={styles.sights} aria-label="What is to be seen in it">
            {error && <FailureNote failure={error} />}
            <Sights key={data.text} pasted={data.pasted} onLookInto={lookInto} />
          </section>
        </div>
      ) : (
        <EmptyInspector failure={error} onText={open} />
      )}
    </Page>
  );
}

/** A token of an answer, and the access token that came with it. */
function tokenIn(answer: string, member: string): { token: string | null; accessToken: string | null } {
  const members: unknown = JSON.parse(answer);
  const text = (name: string) => {
    const value = (members as Record<string, unknown>)[name];
    return typeof value === "string" ? value : null;
  };
  return { token: text(member), accessToken: member === "access_token" ? null : text("access_token") };
}

/** What is pasted anywhere but into a field is looked into. */
function useHeardPaste(onText: (text: string) => void): void {
  const pasted = useEffectEvent((event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const isElsewhere =
      event.target instanceof Element &&
      event.target.closest("input, textarea, [role=dialog], [role=alertdialog]");
    if (text.trim() !== "" && !isElsewhere && !event.defaultPrevented) {
      event.preventDefault();
      onText(text);
    }
  });
  useEffect(() => {
    const hear = (event: ClipboardEvent) => pasted(event);
    addEventListener("paste", hear);
    return () => removeEventListener("paste", hear);
  }, []);
}
