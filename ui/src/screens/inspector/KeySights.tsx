import type { PastedKey } from "../../bindings/PastedKey";
import { Chip } from "../../parts/Chip";
import { ProviderText } from "../../parts/ProviderText";
import styles from "./KeySights.module.css";
import { VerdictNote } from "./VerdictNote";

/** Keys: which of them Keybelt would verify signatures with, and why not the others. */
export function KeySights({ keys }: { keys: PastedKey[] }) {
  const fit = keys.filter(({ fault }) => fault === null).length;
  const isPrivate = keys.some((key) => key.private);
  return (
    <>
      <VerdictNote
        verdict={{
          tone: isPrivate ? "bad" : "neutral",
          title: keys.length === 1 ? "A key" : `A set of ${keys.length} keys`,
          lead: isPrivate
            ? "It holds what must stay private: whoever has it signs as its owner. Keybelt would use no such key."
            : `${said(fit, keys.length)} To check a token against keys, choose a profile of their server.`,
        }}
      />
      <ul className={styles.keys}>
        {keys.map((key, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: keys may share a name, and never move.
          <li key={at} className={styles.key}>
            <p className={styles.name}>
              {key.id === null ? "No name" : <ProviderText code>{key.id}</ProviderText>}
            </p>
            <p className={styles.about}>
              <ProviderText>{about(key)}</ProviderText>
            </p>
            <span className={styles.state}>
              {key.fault === null ? <Chip tone="ok">verifies</Chip> : <Chip tone="warn">{key.fault}</Chip>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function said(fit: number, all: number): string {
  if (fit === all) {
    return all === 1 ? "It can verify signatures." : "All of them can verify signatures.";
  }
  return `${fit === 0 ? "None" : fit} of them can verify signatures.`;
}

const USES: Record<string, string> = { sig: "for signatures", enc: "for encryption" };

function about({ kind, curve, algorithm, usage }: PastedKey): string {
  const use = usage === null ? null : (USES[usage] ?? usage);
  return [kind ?? "of no kind", curve, algorithm, use].filter((text) => text !== null).join(" · ");
}
