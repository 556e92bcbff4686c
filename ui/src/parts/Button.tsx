import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  ProgressBar,
} from "react-aria-components";
import styles from "./Button.module.css";
import { Icon, type IconName } from "./Icon";
import { Ring } from "./Ring";

type ButtonProps = Omit<AriaButtonProps, "className" | "children" | "style"> & {
  look?: "plain" | "primary" | "quiet" | "danger" | "text";
  size?: "sm" | "md" | "lg";
  icon?: IconName;
  tone?: "bad";
  wide?: boolean;
  children: string;
};

/** A verb to press. While pending a ring takes the icon's place. */
export function Button({ look = "plain", size = "md", icon, tone, wide, children, ...rest }: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      className={styles.button ?? ""}
      data-look={look}
      data-size={size}
      data-tone={tone}
      data-wide={wide || undefined}
    >
      {({ isPending }) => (
        <>
          {isPending ? (
            <ProgressBar aria-label="working" isIndeterminate>
              <Ring size={16} spinning="quick" />
            </ProgressBar>
          ) : (
            icon && <Icon name={icon} />
          )}
          {children}
        </>
      )}
    </AriaButton>
  );
}
