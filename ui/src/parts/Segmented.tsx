import { type Key, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { Icon, type IconName } from "./Icon";
import styles from "./Segmented.module.css";

type SegmentedProps<Choice extends string> = {
  label: string;
  choices: {
    id: Choice;
    text: string;
    icon?: IconName;
    /** How many there are; none is not said. */
    count?: number;
    tone?: "bad";
  }[];
  chosen: Choice;
  onChoose: (choice: Choice) => void;
};

/** A few short options, one of them chosen. */
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
      {choices.map(({ id, text, icon, count, tone }) => (
        <ToggleButton key={id} id={id} className={styles.option ?? ""}>
          {icon && <Icon name={icon} size={14} />}
          {text}
          {count !== undefined && count > 0 && (
            <span className={styles.count} data-tone={tone}>
              {count > 999 ? "999+" : count}
            </span>
          )}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
