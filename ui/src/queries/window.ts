import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Failure } from "../bindings/Failure";
import type { WindowLayout } from "../bindings/WindowLayout";
import { call } from "./call";

/** How the person left the window. */
export const windowLayout = () =>
  queryOptions({ queryKey: ["window"], queryFn: () => call("window_layout"), staleTime: Infinity });

export function useKeepWindowLayout() {
  const queryClient = useQueryClient();
  return useMutation<null, Failure, WindowLayout>({
    mutationFn: (layout) => call("keep_window_layout", { layout }),
    onMutate: (layout) => {
      queryClient.setQueryData(windowLayout().queryKey, layout);
    },
  });
}
