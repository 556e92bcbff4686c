import { useEffect, useRef, useState } from "react";
import { type Key, Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import type { RequestPlan } from "../../bindings/RequestPlan";
import { useRequestWork } from "../../queries/request";
import { Answer } from "./Answer";
import { AnswerLine } from "./AnswerLine";
import { BodyEditor } from "./BodyEditor";
import { HeaderList } from "./HeaderList";
import { HeadersEditor } from "./HeadersEditor";
import styles from "./RequestTabs.module.css";

const NAMES = ["response", "responseHeaders", "requestHeaders", "body"] as const;
type Name = (typeof NAMES)[number];

type RequestTabsProps = { plan: RequestPlan | null; sending: boolean; onRefresh: () => void };

/** What came back, and the rest of what is sent. */
export function RequestTabs({ plan, sending, onRefresh }: RequestTabsProps) {
  const { answer, failure, composed } = useRequestWork();
  const [shown, show] = useState<Name>("response");
  // Who has just sent something wants to see what comes of it.
  const came = answer?.id ?? failure;
  const before = useRef(came);
  useEffect(() => {
    if (came !== before.current) {
      before.current = came;
      show("response");
    }
  }, [came]);
  const choose = (key: Key) => {
    const name = NAMES.find((one) => one === key);
    if (name) {
      show(name);
    }
  };
  const own = composed.headers.filter(({ name }) => name.trim() !== "").length;
  return (
    <Tabs
      className={styles.tabs ?? ""}
      selectedKey={shown}
      onSelectionChange={choose}
      keyboardActivation="manual"
    >
      <div className={styles.bar}>
        <TabList className={styles.list ?? ""} aria-label="The request and its answer">
          <Named name="response" text="Response" />
          <Named name="responseHeaders" text="Response headers" count={answer?.headers.length} />
          <Named name="requestHeaders" text="Request headers" count={own || undefined} />
          <Named name="body" text="Body" mark={composed.body !== ""} />
        </TabList>
        <AnswerLine answer={answer} sending={sending} />
      </div>
      <TabPanel id="response" className={styles.panel ?? ""} data-sunken>
        <Answer onRefresh={onRefresh} sending={sending} />
      </TabPanel>
      <TabPanel id="responseHeaders" className={styles.panel ?? ""}>
        <HeaderList answer={answer} />
      </TabPanel>
      <TabPanel id="requestHeaders" className={styles.panel ?? ""}>
        <HeadersEditor plan={plan} />
      </TabPanel>
      <TabPanel id="body" className={styles.panel ?? ""}>
        <BodyEditor />
      </TabPanel>
    </Tabs>
  );
}

type NamedProps = { name: Name; text: string; count?: number; mark?: boolean };

function Named({ name, text, count, mark }: NamedProps) {
  return (
    <Tab id={name} className={styles.tab ?? ""}>
      {text}
      {count !== undefined && <span className={styles.count}>{count}</span>}
      {mark && (
        <span className={styles.mark} role="img" aria-label="filled in">
          ●
        </span>
      )}
    </Tab>
  );
}
