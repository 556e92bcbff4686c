import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";
import { visible } from "../words/providerText";
import { Icon } from "./Icon";
import styles from "./Picker.module.css";

type PickerProps<Choice extends string> = {
  label: string;
  /** Above it; else it is for the reader's ear only. */
  labelShown?: boolean;
  choices: { id: Choice; text: string }[];
  chosen: Choice;
  onChoose: (choice: Choice) => void;
  /** As wide as there is room. */
  wide?: boolean;
  size?: "md" | "lg";
};

/** One of some choices, the others behind a press. */
export function Picker<Choice extends string>({
  label,
  labelShown,
  choices,
  chosen,
  onChoose,
  wide,
  size = "md",
}: PickerProps<Choice>) {
  return (
    <Select
      value={chosen}
      onChange={(key) => {
        const choice = choices.find(({ id }) => id === key);
        if (choice) {
          onChoose(choice.id);
        }
      }}
    >
      <Label className={(labelShown ? styles.label : styles.hidden) ?? ""}>{label}</Label>
      <Button className={styles.button ?? ""} data-size={size} data-wide={wide || undefined}>
        <SelectValue className={styles.value ?? ""} />
        <Icon name="updown" />
      </Button>
      <Popover className={styles.popover ?? ""} placement="bottom start">
        <ListBox className={styles.list ?? ""}>
          {choices.map(({ id, text }) => (
            <ListBoxItem key={id} id={id} textValue={visible(text)} className={styles.item ?? ""}>
              {visible(text)}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
