import { visible } from "../words/providerText";
import { scopeWords } from "../words/scopes";
import { Hidden } from "./Hidden";
import { Icon } from "./Icon";
import styles from "./ScopeList.module.css";

type ScopeListProps = {
  granted: string[];
  asked?: string[] /** Only what everybody understands. */;
  plain?: boolean;
  /** They are asked for, and not given yet. */
  wanted?: boolean;
  /** They are the practice provider's. */
  practice?: boolean;
};

/** What was allowed, and what was asked for and was not. A scope that only the provider knows keeps its raw name. */
export function ScopeList({ granted, asked = [], plain, wanted, practice }: ScopeListProps) {
  const refused = asked.filter((scope) => !granted.includes(scope));
  return (
    <ul className={styles.scopes}>
      {granted.map((scope) => (
        <Scope key={scope} scope={scope} given plain={plain} wanted={wanted} practice={practice} />
      ))}
      {refused.map((scope) => (
        <Scope key={scope} scope={scope} given={false} plain={plain} practice={practice} />
      ))}
    </ul>
  );
}

type ScopeProps = { scope: string; given: boolean; plain?: boolean; wanted?: boolean; practice?: boolean };

function Scope({ scope, given, plain, wanted, practice }: ScopeProps) {
  const words = scopeWords(scope, practice);
  return (
    <li className={styles.scope} data-given={given}>
      <Icon name={given ? "check" : "x"} />
      <span className={styles.words}>
        {words ?? <code>{visible(scope)}</code>}
        {!wanted && <Hidden>{given ? ", given" : ", not given"}</Hidden>}
      </span>
      {words && !plain && <code className={styles.raw}>{visible(scope)}</code>}
    </li>
  );
}
