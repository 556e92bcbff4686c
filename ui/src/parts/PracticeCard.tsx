import { Button, ProgressBar } from "react-aria-components";
import { Icon } from "./Icon";
import styles from "./PracticeCard.module.css";
import { Ring } from "./Ring";
import { Tile } from "./Tile";

/** The one click to a practice account. */
export function PracticeCard({ onPress, isPending }: { onPress: () => void; isPending: boolean }) {
  return (
    <Button className={styles.card ?? ""} onPress={onPress} isPending={isPending}>
      <Tile id="practice" name="Practice provider" size={36} />
      <span className={styles.words}>
        <span className={styles.title}>Try it with the practice provider</span>
        <span className={styles.about}>A pretend account on this machine. No sign-up, no network.</span>
      </span>
      {isPending ? (
        <ProgressBar aria-label="starting" isIndeterminate>
          <Ring size={18} spinning="quick" />
        </ProgressBar>
      ) : (
        <Icon name="right" size={18} />
      )}
    </Button>
  );
}
