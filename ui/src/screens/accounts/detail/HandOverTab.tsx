import { useQuery } from "@tanstack/react-query";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import type { AccountName } from "../../../bindings/AccountName";
import type { HandOverRecipe } from "../../../bindings/HandOverRecipe";
import type { HandOverStep } from "../../../bindings/HandOverStep";
import { Chip } from "../../../parts/Chip";
import { CodeWell } from "../../../parts/CodeWell";
import { FailureNote } from "../../../parts/FailureNote";
import { Icon } from "../../../parts/Icon";
import { recipeIcon } from "../../../parts/recipeIcon";
import { useNow } from "../../../parts/useNow";
import { recipes } from "../../../queries/accounts";
import { relative } from "../../../words/time";
import styles from "./HandOverTab.module.css";
import { KeptFiles } from "./KeptFiles";

/** How tools and scripts get this account's token, and where it ends up. */
export function HandOverTab({ name }: { name: AccountName }) {
  const { data, error } = useQuery(recipes(name));
  if (error) {
    return <FailureNote failure={error} />;
  }
  if (!data) {
    return null;
  }
  return (
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
          <Recipe recipe={recipe} />
          {recipe.exposure === "token_in_file" && <KeptFiles account={name} />}
        </TabPanel>
      ))}
    </Tabs>
  );
}

function Recipe({ recipe }: { recipe: HandOverRecipe }) {
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
        {recipe.last_asked_at !== null && (
          <li className={styles.step}>
            <span className={styles.number} data-done>
              <Icon name="check" size={14} />
            </span>
            <p className={styles.text}>
              <strong>Asked {relative(recipe.last_asked_at, now)}</strong> and got a token. You are done.
            </p>
          </li>
        )}
      </ol>
    </>
  );
}

function numbered(steps: HandOverStep[]): { at: number; step: HandOverStep }[] {
  return steps.map((step, at) => ({ at: at + 1, step }));
}
