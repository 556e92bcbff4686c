import type { Failure } from "../bindings/Failure";
import { Button } from "../parts/Button";
import { Mark } from "../parts/Mark";
import { Page } from "../parts/Page";
import { Actions, Stage } from "../parts/Stage";
import { failureWords } from "../words/failures";
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
  const { title } = failureWords(failure, "The provider");
  return (
    <Page>
      <Stage sign={<Mark size={56} />} title={title} lead={`${failure.message} ${failure.hint}`} assertive>
        <Actions>
          <Button look="primary" icon="refresh" onPress={onRetry}>
            Try again
          </Button>
        </Actions>
      </Stage>
    </Page>
  );
}
