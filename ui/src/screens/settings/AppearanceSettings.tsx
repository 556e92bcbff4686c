import { useQuery } from "@tanstack/react-query";
import type { TextSize } from "../../bindings/TextSize";
import type { Theme } from "../../bindings/Theme";
import { FailureNote } from "../../parts/FailureNote";
import type { IconName } from "../../parts/Icon";
import { Picker } from "../../parts/Picker";
import { Segmented } from "../../parts/Segmented";
import { preferences, useKeepPreferences } from "../../queries/preferences";
import { SettingRow } from "./SettingRow";

const THEMES: { id: Theme; text: string; icon: IconName }[] = [
  { id: "system", text: "System", icon: "monitor" },
  { id: "light", text: "Light", icon: "sun" },
  { id: "dark", text: "Dark", icon: "moon" },
];

const SIZES: { id: TextSize; text: string }[] = [
  { id: "small", text: "Small" },
  { id: "standard", text: "Standard" },
  { id: "large", text: "Large" },
  { id: "largest", text: "Largest" },
];

/** How the window looks. */
export function AppearanceSettings() {
  const { data: chosen, error } = useQuery(preferences());
  const keep = useKeepPreferences();
  const failure = error ?? keep.error;
  return (
    <>
      {chosen && (
        <>
          <SettingRow title="Theme">
            <Segmented
              label="Theme"
              choices={THEMES}
              chosen={chosen.theme}
              onChoose={(theme) => keep.mutate({ ...chosen, theme })}
            />
          </SettingRow>
          <SettingRow title="Text size">
            <Picker
              label="Text size"
              choices={SIZES}
              chosen={chosen.text_size}
              onChoose={(text_size) => keep.mutate({ ...chosen, text_size })}
            />
          </SettingRow>
        </>
      )}
      {failure && <FailureNote failure={failure} />}
    </>
  );
}
