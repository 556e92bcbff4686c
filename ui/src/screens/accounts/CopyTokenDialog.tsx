import { useQuery } from "@tanstack/react-query";
import type { AccountName } from "../../bindings/AccountName";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { FailureNote } from "../../parts/FailureNote";
import { account, useCopyAccessToken } from "../../queries/accounts";
import { secondsNow, shortMoment } from "../../words/time";
import styles from "./dialogs.module.css";

/** A reason not to, and a way to do it all the same. The token itself never comes here. */
export function CopyTokenDialog({ name }: { name: AccountName }) {
  const { close, say, show } = useNavigation();
  const copy = useCopyAccessToken();
  const { data } = useQuery(account(name));
  const until = data?.expires_at ? ` until ${shortMoment(data.expires_at, secondsNow())}` : "";
  const copyNow = () =>
    copy.mutate(name, {
      onSuccess: ({ clears_at }) => {
        say({ text: "Access token copied.", tone: "neutral", clearsAt: clears_at });
        close();
      },
    });
  return (
    <Dialog
      alert
      title="Copy the access token?"
      onClose={close}
      foot={
        <>
          <Button look="quiet" onPress={close} autoFocus>
            Cancel
          </Button>
          <Button look="primary" isPending={copy.isPending} onPress={copyNow}>
            Copy for 30 seconds
          </Button>
        </>
      }
    >
      <p className={styles.lead}>
        Whoever has it can act as you{until}, within what you allowed. Any program on this machine can read
        the clipboard; Keybelt clears it after 30 seconds.
      </p>
      <p className={styles.instead}>
        For a tool that needs it often,{" "}
        <Button
          look="text"
          onPress={() => {
            close();
            show(name, "handOver");
          }}
        >
          hand it over
        </Button>{" "}
        instead.
      </p>
      {copy.error && (
        <div className={styles.note}>
          <FailureNote failure={copy.error} />
        </div>
      )}
    </Dialog>
  );
}
