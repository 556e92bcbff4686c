use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use gtk::prelude::*;
use gtk::{FileChooserAction, FileChooserNative, ResponseType, Window};
use tokio::sync::oneshot;

use super::Wanted;

/// Asks for a file; the answer goes to `chosen`, `None` for "not at all". On the main thread.
pub fn ask(wanted: &Wanted, chosen: oneshot::Sender<Option<PathBuf>>) {
    let parent = Window::list_toplevels()
        .into_iter()
        .filter_map(|widget| widget.downcast::<Window>().ok())
        .find(|window| window.is_active());
    let (word, action) = match wanted {
        Wanted::Place { .. } => ("Save", FileChooserAction::Save),
        Wanted::File => ("Open", FileChooserAction::Open),
    };
    let dialog = FileChooserNative::new(Some(word), parent.as_ref(), action, Some(word), Some("Cancel"));
    if let Wanted::Place { name, may_replace } = wanted {
        dialog.set_current_name(name);
        dialog.set_do_overwrite_confirmation(*may_replace);
    }
    dialog.set_modal(true);
    // Nothing else keeps it alive until it is answered.
    let held = Rc::new(RefCell::new(Some((dialog.clone(), chosen))));
    dialog.connect_response(move |_, response| {
        let Some((dialog, chosen)) = held.borrow_mut().take() else {
            return;
        };
        let path = (response == ResponseType::Accept)
            .then(|| dialog.filename())
            .flatten();
        // Whoever asked may be gone.
        let _ = chosen.send(path);
        dialog.destroy();
    });
    dialog.show();
}
