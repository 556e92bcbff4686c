import type { Account } from "../../bindings/Account";
import type { ProfileName } from "../../bindings/ProfileName";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Tile } from "../../parts/Tile";
import { useRemoveProfile } from "../../queries/profiles";
import { whoIs } from "../../words/who";
import styles from "./RemovePage.module.css";

const ONE =
  "One account is linked through it, and is unlinked with it. Its token is wiped from your vault, and tools that use it stop working.";
const MANY = (count: number) =>
  `${count} accounts are linked through it, and are unlinked with it. Their tokens are wiped from your vault, and tools that use them stop working.`;

type RemovePageProps = {
  linked: Account[];
  /** What the person calls the provider. */
  label: string;
  /** What it is called in a sentence. */
  provider: string;
};

/** What goes when the profile goes. */
export function RemovePage({ linked, label, provider }: RemovePageProps) {
  if (linked.length === 0) {
    return (
      <p className={styles.lead}>
        Its settings and its client secret are wiped from your vault. The registration at {provider} stays; no
        account is linked through it.
      </p>
    );
  }
  return (
    <>
      <p className={styles.lead}>
        {linked.length === 1 ? ONE : MANY(linked.length)} {provider} is not asked to take back the access: to
        have that done, unlink {linked.length === 1 ? "the account" : "each account"} by itself first.
      </p>
      <ul className={styles.accounts}>
        {linked.map((account) => (
          <li key={account.name} className={styles.account}>
            <Tile id={account.provider ?? account.profile} name={label} size={24} />
            <span className={styles.who} dir="auto">
              {whoIs(account)}
            </span>
            <code className={styles.name}>{account.name}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

type RemoveFootProps = {
  name: ProfileName;
  linked: Account[];
  onKeep: () => void;
  onRemoved: () => void;
};

/** The safe answer has the focus. */
export function RemoveFoot({ name, linked, onKeep, onRemoved }: RemoveFootProps) {
  const { say } = useNavigation();
  const remove = useRemoveProfile();
  const unlinks = linked.length;
  const go = () =>
    remove.mutate(
      { profile: name, unlink: linked.map((account) => account.name) },
      {
        onSuccess: () => {
          say({ text: `${name} is removed.`, tone: "ok" });
          onRemoved();
        },
      },
    );
  const words =
    unlinks === 0
      ? "Remove profile"
      : `Unlink ${unlinks === 1 ? "the account" : `${unlinks} accounts`} and remove`;
  return (
    <>
      <span className={styles.refused} role="alert">
        {remove.error && `${remove.error.message} ${remove.error.hint}`}
      </span>
      <Button onPress={onKeep} autoFocus>
        Keep it
      </Button>
      <Button look="danger" isPending={remove.isPending} onPress={go}>
        {words}
      </Button>
    </>
  );
}
