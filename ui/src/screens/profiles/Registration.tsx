import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Profile } from "../../bindings/Profile";
import { Button } from "../../parts/Button";
import { CodeWell } from "../../parts/CodeWell";
import { CopyButton } from "../../parts/CopyButton";
import { FailureNote } from "../../parts/FailureNote";
import { ProviderText } from "../../parts/ProviderText";
import { publicKey, useMakeRsaKey } from "../../queries/profiles";
import { bearsInAddress, isSet, settingText } from "../../words/settings";
import styles from "./Registration.module.css";
import { SettingEditor } from "./SettingEditor";

/** As whom Keybelt asks there. */
export function Registration({ profile }: { profile: Profile }) {
  const client = settingText(profile, "client_id");
  const server =
    settingText(profile, "issuer") ??
    settingText(profile, "server_metadata_url") ??
    settingText(profile, "authorize_url");
  const pkce = settingText(profile, "client_kwargs.code_challenge_method") ?? "";
  const consumer = profile.protocol === "oauth1";
  return (
    <section>
      <h2 className={styles.title}>Client registration</h2>
      <dl className={styles.facts}>
        {server && (
          <Fact name={settingText(profile, "issuer") ? "Issuer" : "Server"}>
            <Value text={server} what="server" />
          </Fact>
        )}
        <Fact name={consumer ? "Consumer key" : "Client ID"}>
          {client === null ? (
            <span className={styles.unset}>Not set</span>
          ) : (
            <Value text={client} what={consumer ? "consumer key" : "client ID"} />
          )}
        </Fact>
        <Fact name={consumer ? "Consumer secret" : "Client secret"}>
          <SecretValue profile={profile} name={consumer ? "consumer secret" : "client secret"} />
        </Fact>
        {signsWithRsa(profile) && (
          <Fact name="Private key">
            <PrivateKey profile={profile} />
          </Fact>
        )}
        {["none", "plain"].includes(pkce) && (
          <Fact name="PKCE">
            <span className={styles.weak}>
              <code>{pkce}</code>: a stolen code can be redeemed by whoever has it
            </span>
          </Fact>
        )}
        {bearsInAddress(profile) && (
          <Fact name={consumer ? "Signature" : "Token"}>
            <span className={styles.weak}>
              in the address of requests, which servers and proxies write into their logs
            </span>
          </Fact>
        )}
      </dl>
      {isSet(profile, RSA_KEY) && <PublicHalf profile={profile} />}
    </section>
  );
}

const RSA_KEY = "client_kwargs.rsa_key";

function signsWithRsa(profile: Profile): boolean {
  return isSet(profile, RSA_KEY) || settingText(profile, "client_kwargs.signature_method") === "RSA-SHA1";
}

/** Whether there is one; where not, Keybelt makes it. */
function PrivateKey({ profile }: { profile: Profile }) {
  const make = useMakeRsaKey();
  const there = isSet(profile, RSA_KEY);
  return (
    <>
      <span className={there ? styles.value : `${styles.value} ${styles.unset}`}>
        {there ? "Set" : "Not set"}
      </span>
      {!there && (
        <Button look="text" isPending={make.isPending} onPress={() => make.mutate(profile.name)}>
          Make one
        </Button>
      )}
      {make.error && <FailureNote failure={make.error} />}
    </>
  );
}

/** What is registered there, so that signatures can be checked (RFC 5849 §3.4.3). */
function PublicHalf({ profile }: { profile: Profile }) {
  const { data, error } = useQuery(publicKey(profile.name));
  if (error) {
    return <FailureNote failure={error} />;
  }
  return data ? (
    <div className={styles.key}>
      <CodeWell
        caption="Public key, to register there"
        code={data.public_key.trimEnd()}
        what="the public key"
      />
    </div>
  ) : null;
}

/** Whether there is one; another is typed in its place. */
function SecretValue({ profile, name }: { profile: Profile; name: string }) {
  const [typing, setTyping] = useState(false);
  const there = isSet(profile, "client_secret");
  if (typing) {
    return (
      <div className={styles.typing}>
        <SettingEditor
          profile={profile}
          name="client_secret"
          label={`New ${name}`}
          form={{ kind: "secret" }}
          onDone={() => setTyping(false)}
        />
      </div>
    );
  }
  return (
    <>
      <span className={there ? styles.value : `${styles.value} ${styles.unset}`}>
        {there ? "Set" : "Not set"}
      </span>
      <Button
        look="text"
        onPress={() => setTyping(true)}
        aria-label={there ? `Replace the ${name}` : `Set a ${name}`}
      >
        {there ? "Replace…" : "Set…"}
      </Button>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Value({ text, what }: { text: string; what: string }) {
  return (
    <>
      <span className={styles.value}>
        <ProviderText code>{text}</ProviderText>
      </span>
      <CopyButton text={text} what={`the ${what}`} />
    </>
  );
}
