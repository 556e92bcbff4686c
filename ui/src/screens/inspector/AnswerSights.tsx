import type { PastedToken } from "../../bindings/PastedToken";
import { Button } from "../../parts/Button";
import { ClaimRow } from "../../parts/ClaimRow";
import { ProviderText } from "../../parts/ProviderText";
import { asText, plain } from "../../words/claimValues";
import styles from "./AnswerSights.module.css";
import { VerdictNote } from "./VerdictNote";

type AnswerSightsProps = {
  tokens: PastedToken[];
  members: Record<string, unknown>;
  onLookInto: (member: string) => void;
};

const TOKENS: Record<string, string> = {
  access_token: "Access token",
  refresh_token: "Refresh token",
  id_token: "ID token",
};

const MEMBERS: Record<string, string> = {
  token_type: "Type",
  expires_in: "Lives",
  scope: "Scopes",
  error: "Refused with",
  error_description: "Because",
  error_uri: "More about it",
};

/** The answer of a token endpoint (RFC 6749 §5): its tokens, and what it says of them. */
export function AnswerSights({ tokens, members, onLookInto }: AnswerSightsProps) {
  const refused = typeof members.error === "string";
  return (
    <>
      <VerdictNote
        verdict={{
          tone: refused ? "warn" : "neutral",
          title: refused ? "A token endpoint’s refusal" : "A token endpoint’s answer",
          lead: refused
            ? "It gave no token."
            : "Whoever has these tokens can act with them. Nothing of them is kept.",
        }}
      />
      {tokens.length > 0 && (
        <ul className={styles.tokens}>
          {tokens.map(({ member, readable }) => (
            <li key={member} className={styles.token}>
              <div className={styles.words}>
                <p className={styles.name}>
                  <ProviderText>{TOKENS[member] ?? member}</ProviderText>
                </p>
                <p className={styles.about}>{readable ? "A JWT" : "Opaque: only its server can read it"}</p>
              </div>
              {readable && (
                <Button
                  size="sm"
                  aria-label={`Look into it: ${TOKENS[member] ?? member}`}
                  onPress={() => onLookInto(member)}
                >
                  Look into it
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <dl className={styles.members}>
        {Object.entries(members).map(([key, value]) => (
          <ClaimRow
            key={key}
            tight
            claim={{
              key,
              label: MEMBERS[key] ?? key,
              meaning: null,
              value: key === "expires_in" ? { kind: "text", text: `${asText(value)} s` } : plain(value),
              raw: null,
              copy: asText(value),
            }}
          />
        ))}
      </dl>
    </>
  );
}
