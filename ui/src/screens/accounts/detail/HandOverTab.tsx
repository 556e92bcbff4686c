import { useQuery } from "@tanstack/react-query";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import type { AccountDetail } from "../../../bindings/AccountDetail";
import type { AccountName } from "../../../bindings/AccountName";
import type { HandOverRecipe } from "../../../bindings/HandOverRecipe";
import type { HandOverStep } from "../../../bindings/HandOverStep";
import type { UsedBy } from "../../../bindings/UsedBy";
import { Chip } from "../../../parts/Chip";
import { CodeWell } from "../../../parts/CodeWell";
import { FailureNote } from "../../../parts/FailureNote";
import { Icon } from "../../../parts/Icon";
import { recipeIcon } from "../../../parts/recipeIcon";
import { useNow } from "../../../parts/useNow";
import { recipes } from "../../../queries/accounts";
import { outputs } from "../../../queries/outputs";
import { visible } from "../../../words/providerText";
import { relative } from "../../../words/time";
import styles from "./HandOverTab.module.css";
import { KeptFiles } from "./KeptFiles";

/** How tools and scripts get this account's token, and where it ends up. */
export function HandOverTab({ detail }: { detail: AccountDetail }) {
  const { name } = detail;
  const { data, error } = useQuery(recipes(name));
  if (error) {
    return <FailureNote failure={error} />;
  }
  if (!data) {
    return null;
  }
  return (
    <>
      <FailingCommands account={name} />
      <Tabs className={styles.handOver ?? ""} orientation="vertical">
        <TabList className={styles.targets ?? ""} aria-label="Hand over to">
          {data.map(({ id, title }) => (
            <Tab key={id} id={id} className={styles.target ?? ""}>
              <Icon name={recipeIcon(id)} size={18} />
              {title}
            </Tab>
          ))}
        </TabList>
        {data.map((recipe) => (
          <TabPanel key={recipe.id} id={recipe.id} className={styles.panel ?? ""}>
            <Recipe recipe={recipe} asked={askedBy(recipe, detail.used_by)} />
            {recipe.exposure === "token_in_file" && <KeptFiles account={detail} />}
          </TabPanel>
        ))}
      </Tabs>
    </>
  );
}

/** How the ledger calls what each of them does; a request hands nobody a token. */
const VIAS: Record<string, string> = {
  exec: "exec",
  curl: "export:curl",
  env: "export:env",
  header: "export:header",
  json: "export:json",
  file: "output:json",
};

/** Who asked last in this way. */
function askedBy({ id, last_asked_at }: HandOverRecipe, usedBy: UsedBy[]): UsedBy | undefined {
  return usedBy.find(({ via, last }) => via === VIAS[id] && last === last_asked_at);
}

function Recipe({ recipe, asked }: { recipe: HandOverRecipe; asked: UsedBy | undefined }) {
  const now = useNow();
  return (
    <>
      <div className={styles.head}>
        <h2 className={styles.title}>{recipe.title}</h2>
        {recipe.exposure === "nothing_on_disk" ? (
          <Chip tone="ok" icon="check">
            Nothing on disk
          </Chip>
        ) : (
          <Chip tone="warn" icon="file">
            Token in a file
          </Chip>
        )}
      </div>
      <p className={styles.summary}>{recipe.summary}</p>
      <ol className={styles.steps}>
        {numbered(recipe.steps).map(({ at, step }) => (
          <li key={at} className={styles.step}>
            <span className={styles.number} aria-hidden="true">
              {at}
            </span>
            <div className={styles.stepBody}>
              <p className={styles.text}>{step.text}</p>
              {step.command && (
                <CodeWell command caption="Shell" code={step.command} what={`the command of step ${at}`} />
              )}
            </div>
          </li>
        ))}
        {asked && (
          <li className={styles.step}>
            <span className={styles.number} data-done>
              <Icon name="check" size={14} />
            </span>
            <p className={styles.text}>
              <Asked {...asked} now={now} />
            </p>
          </li>
        )}
      </ol>
    </>
  );
}

function Asked({ receiver, via, last, now }: UsedBy & { now: number }) {
  const when = relative(last, now);
  if (via === VIAS.file) {
    return (
      <>
        <strong>{visible(receiver)}</strong> was written {when}. You are done.
      </>
    );
  }
  return receiver === "stdout" ? (
    <>
      The token <strong>was printed {when}</strong>. You are done.
    </>
  ) : (
    <>
      <strong>
        {visible(receiver)} asked {when}
      </strong>{" "}
      and got a token. You are done.
    </>
  );
}

/** Commands that are run with each new token, and do not come through: they are set up by the command line. */
function FailingCommands({ account }: { account: AccountName }) {
  const failing = (useQuery(outputs(account)).data ?? []).flatMap(({ id, kind, command, failed }) =>
    kind === "command" && failed ? [{ id, command, failed }] : [],
  );
  const now = useNow();
  return failing.map(({ id, command, failed }) => (
    <div key={id} className={styles.failing} role="status">
      <Icon name="warn" />
      <div className={styles.failingWords}>
        <code>{visible(command.join(" "))}</code> does not take the newest token. {visible(failed.message)}{" "}
        <span className={styles.failingWhen}>
          Tried {failed.times === 1 ? "once" : `${failed.times} times`}, last {relative(failed.at, now)}.
        </span>
      </div>
    </div>
  ));
}

function numbered(steps: HandOverStep[]): { at: number; step: HandOverStep }[] {
  return steps.map((step, at) => ({ at: at + 1, step }));
}
