import { type Key, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import styles from "./Segmented.module.css";

type SegmentedProps<Choice extends string> = {
  label: string;
  choices: { id: Choice; text: string }[];
  chosen: Choice;
  onChoose: (choice: Choice) => void;
};

/** Two to four short options, one of them chosen. */
export function Segmented<Choice extends string>({
  label,
  choices,
  chosen,
  onChoose,
}: SegmentedProps<Choice>) {
  const choose = (keys: Set<Key>) => {
    const choice = choices.find(({ id }) => keys.has(id));
    if (choice) {
      onChoose(choice.id);
    }
  };
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={styles.group ?? ""}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={choose}
    >
      {choices.map(({ id, text }) => (
        <ToggleButton key={id} id={id} className={styles.option ?? ""}>
          {text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
