import type { Failure } from "../bindings/Failure";
import { Mark } from "../parts/Mark";
import { Page } from "../parts/Page";
import { RefusedStage } from "../parts/RefusedStage";
import styles from "./VaultStates.module.css";

/** While the vault's state is read. Shows itself only where that takes time. */
export function Opening() {
  return (
    <main className={styles.opening}>
      <p role="status">Opening your vault…</p>
    </main>
  );
}

/** The vault's state cannot be read. */
export function VaultRefused({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  return (
    <Page>
      <RefusedStage failure={failure} sign={<Mark size={56} />} onRetry={onRetry} />
    </Page>
  );
}
