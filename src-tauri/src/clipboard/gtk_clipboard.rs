use std::cell::Cell;

use gtk::gdk::SELECTION_CLIPBOARD;
use gtk::{Clipboard, SelectionData, TargetEntry, TargetFlags};
use keybelt_primitives::Secret;

/// What clipboard histories look for, so as not to keep a password.
const HINT: &str = "x-kde-passwordManagerHint";
const HINT_ID: u32 = 1;

thread_local! {
    static OURS: Cell<bool> = const { Cell::new(false) };
}

/// What is on offer: dropped, and wiped, when it is taken back or something else was copied.
struct Offer(Secret<String>);

impl Drop for Offer {
    fn drop(&mut self) {
        OURS.set(false);
    }
}

/// Offers a secret to whoever pastes.
pub fn put(secret: Secret<String>) {
    let offer = Offer(secret);
    let text = [
        "UTF8_STRING",
        "text/plain;charset=utf-8",
        "text/plain",
        "STRING",
        "TEXT",
    ];
    let mut targets: Vec<_> = text
        .iter()
        .map(|name| TargetEntry::new(name, TargetFlags::empty(), 0))
        .collect();
    targets.push(TargetEntry::new(HINT, TargetFlags::empty(), HINT_ID));
    let offered = clipboard().set_with_data(&targets, move |_, selection, target| {
        give(&offer.0, selection, target)
    });
    OURS.set(offered);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the person copied it on purpose; the ledger has it"
)]
fn give(secret: &Secret<String>, selection: &SelectionData, target: u32) {
    if target == HINT_ID {
        selection.set(&gtk::gdk::Atom::intern(HINT), 8, b"secret");
    } else {
        selection.set_text(secret.expose());
    }
}

/// Takes the offer back; what was copied since stays.
pub fn clear() {
    if OURS.get() {
        clipboard().clear();
    }
}

fn clipboard() -> Clipboard {
    Clipboard::get(&SELECTION_CLIPBOARD)
}
