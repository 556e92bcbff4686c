import type { DropItem, FileDropItem, TextDropItem } from "react-aria-components";

/** More than any honest document has, in bytes; Rust has the last word. */
const LARGEST = 1 << 20;

/** What was dropped: a file before a text. */
export async function contentsOf(items: DropItem[]): Promise<{ file: File | null; text: string | null }> {
  const file = await items.find(isFile)?.getFile();
  const text = file ? null : await items.find(isText)?.getText("text/plain");
  return { file: file ?? null, text: text ?? null };
}

function isFile(item: DropItem): item is FileDropItem {
  return item.kind === "file";
}

function isText(item: DropItem): item is TextDropItem {
  return item.kind === "text" && item.types.has("text/plain");
}

/** A file's text; null where it is none, or too much. */
export async function textOf(file: File): Promise<string | null> {
  if (file.size > LARGEST) {
    return null;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}
