import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ProfileFormat } from "../../bindings/ProfileFormat";
import type { ProfileName } from "../../bindings/ProfileName";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { CodeWell } from "../../parts/CodeWell";
import { FailureNote } from "../../parts/FailureNote";
import { Segmented } from "../../parts/Segmented";
import { exportedProfiles, useSaveProfiles } from "../../queries/profiles";
import styles from "./ExportPage.module.css";

const FORMATS: { id: ProfileFormat; text: string }[] = [
  { id: "json", text: "JSON" },
  { id: "toml", text: "TOML" },
  { id: "python", text: "Python" },
];

/** Profiles as a document: what they say themselves, without a secret. */
export function ExportPage({ names }: { names: ProfileName[] }) {
  const { say } = useNavigation();
  const [format, setFormat] = useState<ProfileFormat>("json");
  const { data, error } = useQuery(exportedProfiles(names, format));
  const save = useSaveProfiles();
  const write = () =>
    save.mutate(
      { profiles: names, format },
      { onSuccess: (path) => path !== null && say({ text: `Saved as ${path}.`, tone: "ok" }) },
    );
  const failure = error ?? save.error;
  return (
    <>
      <div className={styles.head}>
        <Segmented label="Written as" choices={FORMATS} chosen={format} onChoose={setFormat} />
        <Button size="sm" icon="export" isPending={save.isPending} isDisabled={!data} onPress={write}>
          Save…
        </Button>
      </div>
      <p className={styles.lead}>
        What{" "}
        {names.length === 1
          ? "the profile says itself, without its"
          : "each profile says itself, without its"}{" "}
        secrets. Import reads it back; who imports it types the secrets again.
      </p>
      {failure && (
        <div className={styles.refused}>
          <FailureNote failure={failure} />
        </div>
      )}
      {data?.renamed.map(({ name, key }) => (
        <p key={name} className={styles.note}>
          The redirect URIs of <code>{name}</code> end in <code>{key}</code>. Imported as <code>{name}</code>{" "}
          they will end in <code>{name}</code>: register those too, or import it as <code>{key}</code> and
          rename it there.
        </p>
      ))}
      {data && (
        <CodeWell
          caption={format === "python" ? "For Authlib" : "For keybelt profile import"}
          code={data.text}
          what="the document"
        />
      )}
    </>
  );
}
