import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import "./tokens.css";
import "./base.css";
import { showAsAddressed } from "./appearance";
import { createQueryClient } from "./queries/queryClient";
import { FirstPaint } from "./shell/FirstPaint";
import { readFirst } from "./shell/first";

showAsAddressed(location.search);
const root = document.getElementById("root");
if (root) {
  void open(createRoot(root));
}

/** The list first, as a picture of itself; then the window, whose code takes longer to read than the list. */
async function open(root: Root): Promise<void> {
  const queryClient = createQueryClient();
  const first = await readFirst(queryClient);
  if (first) {
    root.render(<FirstPaint first={first} />);
    await painted();
  }
  const { App } = await import("./shell/App");
  root.render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}

/** When what was drawn is on the screen. A window that nobody sees paints nothing, and must not wait for it. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    const unseen = setTimeout(resolve, 200);
    // A frame is painted when the next one begins.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        clearTimeout(unseen);
        resolve();
      }),
    );
  });
}
