import { useState } from "react";
import type { Failure } from "../../bindings/Failure";
import { useLinking } from "../../linking";
import { type LinkAsk, useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { Disclosed } from "../../parts/Disclosed";
import type { IconName } from "../../parts/Icon";
import { Actions, Stage } from "../../parts/Stage";
import { Tile } from "../../parts/Tile";
import { failureWords, type Tone } from "../../words/failures";
import { visible } from "../../words/providerText";
import { exactly, secondsNow } from "../../words/time";
import styles from "./FailedStage.module.css";
import type { Party } from "./party";

const SIGNS: Record<Tone, IconName> = { neutral: "minus", warn: "offline", bad: "shieldX" };

/** What happened, what was kept safe, what to do. */
export function FailedStage({ failure, party, ask }: { failure: Failure; party: Party; ask: LinkAsk }) {
  const { go, open } = useNavigation();
  const { start, starting } = useLinking();
  const [when] = useState(secondsNow);
  const elsewhere = "elsewhere" in ask;
  const { tone, title, lead, hint } = failureWords(failure, party.name, elsewhere);
  const details: [string, string][] = [
    ["Code", failure.code],
    ["Profile", party.profile],
    ["When", exactly(when)],
  ];
  // What the lead says in other words.
  if (lead !== failure.message) {
    details.push(["Answer", failure.message]);
  }
  const mendable = failure.code === "invalid_profile" || failure.code === "not_found";
  const lookAtProfile = () => {
    go({ at: "profiles" });
    // One that is gone is not opened: the page says which there are.
    if (failure.code !== "not_found") {
      open({ kind: "profile", profile: party.profile });
    }
  };
  return (
    <Stage
      sign={<Tile id={party.id} name={party.label} size={52} badge={{ icon: SIGNS[tone], tone }} />}
      title={title}
      lead={visible(lead)}
      width="middle"
      assertive={tone === "bad"}
      takesFocus
    >
      {hint && <p className={styles.hint}>{visible(hint)}</p>}
      <Actions>
        {mendable || elsewhere ? (
          <Button look="primary" onPress={lookAtProfile}>
            Look at the profile
          </Button>
        ) : (
          <Button look="primary" isPending={starting} onPress={() => start(ask)}>
            {tone === "bad" ? "Start afresh" : "Try again"}
          </Button>
        )}
        <Button look="quiet" onPress={() => go({ at: "accounts" })}>
          Close
        </Button>
      </Actions>
      <Disclosed title="Technical details">
        <div className={styles.details}>
          <dl>
            {details.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <code>{visible(value)}</code>
                </dd>
              </div>
            ))}
          </dl>
          <CopyButton
            words="Copy"
            what="the technical details"
            text={(lead === failure.message ? [...details, ["What", lead]] : details)
              .map((row) => row.join(": "))
              .join("\n")}
          />
        </div>
      </Disclosed>
    </Stage>
  );
}
