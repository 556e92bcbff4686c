import { useQuery } from "@tanstack/react-query";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { profiles } from "../../queries/profiles";
import styles from "./ExportDialog.module.css";
import { ExportPage } from "./ExportPage";
import { counted } from "./importing";

/** All profiles as one document. */
export function ExportDialog() {
  const { close } = useNavigation();
  const names = (useQuery(profiles()).data ?? []).map(({ name }) => name);
  return (
    <Dialog
      title={`Export ${counted(names.length, "profile")}`}
      wide
      onClose={close}
      foot={
        <Button look="primary" onPress={close}>
          Done
        </Button>
      }
    >
      <div className={styles.body}>
        <ExportPage names={names} />
      </div>
    </Dialog>
  );
}
