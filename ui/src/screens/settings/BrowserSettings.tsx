import { useQuery } from "@tanstack/react-query";
import type { Preferences } from "../../bindings/Preferences";
import { Picker } from "../../parts/Picker";
import { preferences, useKeepPreferences } from "../../queries/preferences";
import { SettingRow } from "./SettingRow";

const WAYS: { id: Preferences["sign_in"]; text: string }[] = [
  { id: "webview", text: "Embedded window" },
  { id: "browser", text: "My browser" },
];

/** Where the person signs in. */
export function BrowserSettings() {
  const { data: chosen } = useQuery(preferences());
  const keep = useKeepPreferences();
  return (
    chosen && (
      <SettingRow
        title="Sign in with"
        help="Where a provider refuses the embedded window, Keybelt switches by itself. Each link can say otherwise."
      >
        <Picker
          label="Sign in with"
          choices={WAYS}
          chosen={chosen.sign_in === "browser" ? "browser" : "webview"}
          onChoose={(sign_in) => keep.mutate({ ...chosen, sign_in })}
        />
      </SettingRow>
    )
  );
}
