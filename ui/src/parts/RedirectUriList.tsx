import type { RedirectUri } from "../words/redirectUris";
import { CopyButton } from "./CopyButton";
import styles from "./RedirectUriList.module.css";

/** What to register at the provider, to be copied. */
export function RedirectUriList({ uris }: { uris: RedirectUri[] }) {
  return (
    <ul className={styles.uris}>
      {uris.map(({ uri, use }) => (
        <li key={uri} className={styles.uri}>
          <code>{uri}</code>
          <span className={styles.use}>{use}</span>
          <CopyButton text={uri} what={`the redirect URI ${uri}`} />
        </li>
      ))}
    </ul>
  );
}
