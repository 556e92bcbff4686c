import { Radio, RadioGroup } from "react-aria-components";
import styles from "./Categories.module.css";

type CategoriesProps = {
  categories: { id: string; text: string; count: number }[];
  chosen: string;
  onChoose: (category: string) => void;
};

/** What kind of provider is looked for. */
export function Categories({ categories, chosen, onChoose }: CategoriesProps) {
  return (
    <RadioGroup
      className={styles.categories ?? ""}
      aria-label="Categories"
      value={chosen}
      onChange={onChoose}
    >
      {categories.map(({ id, text, count }) => (
        <Radio key={id} value={id} className={styles.category ?? ""}>
          <span>{text}</span>
          <span className={styles.count}>{count}</span>
        </Radio>
      ))}
    </RadioGroup>
  );
}
