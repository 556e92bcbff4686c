import { Check } from "../../parts/Check";
import { Field } from "../../parts/Field";
import { visible } from "../../words/providerText";
import { scopesOf, scopeWords } from "../../words/scopes";
import styles from "./ScopeChoice.module.css";

type ScopeChoiceProps = { listed: string[]; scope: string; onChange: (scope: string) => void };

/** What to ask for: what is listed and people understand, and everything else by its raw name. */
export function ScopeChoice({ listed, scope, onChange }: ScopeChoiceProps) {
  const chosen = scopesOf(scope);
  const understood = listed.filter((one) => scopeWords(one) !== null);
  const toggle = (one: string, on: boolean) =>
    onChange((on ? [...chosen, one] : chosen.filter((other) => other !== one)).join(" "));
  return (
    <section className={styles.choice}>
      <h2>What to ask for</h2>
      {understood.map((one) => (
        <Check key={one} isSelected={chosen.includes(one)} onChange={(on) => toggle(one, on)}>
          <span className={styles.words}>{scopeWords(one)}</span>
          <code className={styles.raw}>{visible(one)}</code>
        </Check>
      ))}
      <div className={styles.all}>
        <Field
          label="Scopes"
          aside="with spaces between them"
          code
          value={scope}
          onChange={onChange}
          help="What the server calls them. Ask for no more than you need."
        />
      </div>
    </section>
  );
}
