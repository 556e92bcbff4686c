import type { ApiResponse } from "../../bindings/ApiResponse";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { useRequestWork, useSaveResponse } from "../../queries/request";
import { size } from "../../words/sizes";
import styles from "./Answer.module.css";
import { BodyText } from "./BodyText";

/** What came back: the body, and what has to be said about it. */
export function Answer({ onRefresh, sending }: { onRefresh: () => void; sending: boolean }) {
  const { answer, failure } = useRequestWork();
  if (failure) {
    return <FailureNote failure={failure} />;
  }
  if (!answer) {
    return (
      <p className={styles.nothing}>
        Nothing was sent yet. <Kbd>Ctrl Enter</Kbd> sends.
      </p>
    );
  }
  return (
    <>
      <Notes answer={answer} onRefresh={onRefresh} sending={sending} />
      <Body key={answer.id} answer={answer} />
    </>
  );
}

type NotesProps = { answer: ApiResponse; onRefresh: () => void; sending: boolean };

function Notes({ answer, onRefresh, sending }: NotesProps) {
  return (
    <>
      {answer.not_renewed && (
        <div className={styles.note}>
          <p>The API refused the token, and it could not be refreshed.</p>
          <FailureNote failure={answer.not_renewed} />
        </div>
      )}
      {answer.may_refresh && (
        <div className={styles.offer}>
          <Icon name="info" size={18} />
          <span className={styles.words}>The API did not take the token.</span>
          <Button icon="refresh" isPending={sending} onPress={onRefresh}>
            Refresh and send again
          </Button>
        </div>
      )}
      {answer.unfollowed && (
        <p className={styles.aside}>
          {answer.unfollowed === "another_origin"
            ? "It sends elsewhere: to another origin, which must not get the token. Keybelt did not follow."
            : "It sent on more than three times. Keybelt stopped following."}
        </p>
      )}
    </>
  );
}

function Body({ answer }: { answer: ApiResponse }) {
  switch (answer.body.kind) {
    case "empty":
      return <p className={styles.nothing}>The answer has no body.</p>;
    case "text":
      return <BodyText text={answer.body.text} />;
    case "binary":
      return <Undrawn answer={answer} why={`This is no text (${size(answer.bytes)}). It can be saved.`} />;
    case "too_large":
      return (
        <Undrawn
          answer={answer}
          why={`This is ${size(answer.bytes)}: more than is drawn. It can be saved.`}
        />
      );
    default:
      return answer.body satisfies never;
  }
}

function Undrawn({ answer, why }: { answer: ApiResponse; why: string }) {
  const { say } = useNavigation();
  const save = useSaveResponse();
  return (
    <div className={styles.undrawn}>
      <p>{why}</p>
      <Button
        icon="file"
        isPending={save.isPending}
        onPress={() =>
          save.mutate(answer.id, {
            onSuccess: ({ path }) => say({ text: "Saved as", aside: path, tone: "ok" }),
          })
        }
      >
        Save to Downloads
      </Button>
      {save.data && (
        <p className={styles.aside}>
          Saved as <code>{save.data.path}</code>
        </p>
      )}
      {save.error && <FailureNote failure={save.error} />}
    </div>
  );
}
