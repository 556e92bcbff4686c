import { useQuery } from "@tanstack/react-query";
import type { KeySource } from "../../bindings/KeySource";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Segmented } from "../../parts/Segmented";
import { wholeLog } from "../../queries/log";
import { vaultStatus } from "../../queries/vault";
import { day, secondsNow } from "../../words/time";
import { SettingRow } from "./SettingRow";

const KEEPERS: { id: KeySource; text: string }[] = [
  { id: "keyring", text: "System keyring" },
  { id: "passphrase", text: "Passphrase" },
];

const HELP: Record<KeySource, string> = {
  keyring: "The system keyring opens the vault when you log in.",
  passphrase: "Keybelt asks for it when the vault is opened. Nobody can bring it back.",
};

/** What keeps the vault's key, and a copy of everything. Each is done in a dialog of its own. */
export function VaultSettings() {
  const { open } = useNavigation();
  const { data: status } = useQuery(vaultStatus());
  const keeper = status?.key_source;
  if (!status) {
    return null;
  }
  if (!keeper) {
    return (
      <SettingRow title="Backup" help="There is no vault yet; one can be made from a backup.">
        <Button onPress={() => open({ kind: "restore" })}>Restore…</Button>
      </SettingRow>
    );
  }
  return (
    <>
      <SettingRow title="Key kept in" help={HELP[keeper]}>
        {keeper === "passphrase" && (
          <Button size="sm" onPress={() => open({ kind: "rekey", to: "passphrase" })}>
            Change it…
          </Button>
        )}
        <Segmented
          label="Key kept in"
          choices={KEEPERS}
          chosen={keeper}
          onChoose={(to) => to !== keeper && open({ kind: "rekey", to })}
        />
      </SettingRow>
      <SettingRow title="Backup" help={<Backup />}>
        <Button onPress={() => open({ kind: "restore" })}>Restore…</Button>
        <Button onPress={() => open({ kind: "backUp" })}>Back up…</Button>
      </SettingRow>
    </>
  );
}

function Backup() {
  const { data } = useQuery(wholeLog());
  const last = data?.findLast(({ event }) => event === "backed_up");
  return (
    <>
      One encrypted file with its own passphrase.
      {last && ` Last made ${day(last.at, secondsNow())}.`}
      {data && !last && " None was made from here yet."}
    </>
  );
}
