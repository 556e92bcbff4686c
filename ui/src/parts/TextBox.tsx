import type { ReactNode } from "react";
import { FieldError, Label, Text, TextArea, TextField, type TextFieldProps } from "react-aria-components";
import styles from "./TextBox.module.css";

type TextBoxProps = Omit<TextFieldProps, "className" | "children" | "style"> & {
  label: string;
  /** What stands behind the label, lighter. */
  aside?: string;
  help?: ReactNode;
  error?: string | null;
  placeholder?: string;
  rows?: number;
  code?: boolean;
};

/** Several lines to type or paste into. */
export function TextBox({ label, aside, help, error, placeholder, rows = 5, code, ...rest }: TextBoxProps) {
  return (
    <TextField {...rest} isInvalid={Boolean(error)} validationBehavior="aria" className={styles.field ?? ""}>
      <Label className={styles.label ?? ""}>
        {label}
        {aside && <span className={styles.aside}> {aside}</span>}
      </Label>
      <TextArea
        className={styles.box ?? ""}
        placeholder={placeholder}
        rows={rows}
        data-code={code || undefined}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
      />
      {help && (
        <Text slot="description" className={styles.help ?? ""}>
          {help}
        </Text>
      )}
      <FieldError className={styles.error ?? ""}>{error}</FieldError>
    </TextField>
  );
}
