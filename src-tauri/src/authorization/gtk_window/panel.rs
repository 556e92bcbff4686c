use std::cell::RefCell;
use std::rc::Rc;

use gtk::prelude::*;

/// What stands in place of a page that is not shown.
pub struct Panel {
    column: gtk::Box,
    title: gtk::Label,
    text: gtk::Label,
    retry: gtk::Button,
    address: Rc<RefCell<Option<String>>>,
}

impl Panel {
    /// A panel with nothing to say yet.
    pub fn new() -> Self {
        let column = gtk::Box::new(gtk::Orientation::Vertical, 12);
        column.set_valign(gtk::Align::Center);
        column.set_halign(gtk::Align::Center);
        column.set_margin(32);
        let title = label();
        let bold = gtk::pango::AttrList::new();
        bold.insert(gtk::pango::AttrInt::new_weight(gtk::pango::Weight::Semibold));
        bold.insert(gtk::pango::AttrFloat::new_scale(1.25));
        title.set_attributes(Some(&bold));
        let text = label();
        let retry = gtk::Button::with_label("Try again");
        retry.set_halign(gtk::Align::Start);
        column.pack_start(&title, false, false, 0);
        column.pack_start(&text, false, false, 0);
        column.pack_start(&retry, false, false, 4);
        column.show_all();
        Self {
            column,
            title,
            text,
            retry,
            address: Rc::default(),
        }
    }

    /// The panel, to be put somewhere.
    pub fn widget(&self) -> &gtk::Box {
        &self.column
    }

    /// Says what happened and what to do. With an address, that can be tried again.
    pub fn say(&self, title: &str, text: &str, again: Option<&str>) {
        self.title.set_text(title);
        self.text.set_text(text);
        self.retry.set_visible(again.is_some());
        self.address.replace(again.map(str::to_owned));
    }

    /// The address that can be tried again.
    pub fn address(&self) -> Option<String> {
        self.address.borrow().clone()
    }

    /// Calls this when the person wants it tried again.
    pub fn on_retry(&self, act: impl Fn() + 'static) {
        self.retry.connect_clicked(move |_| act());
    }
}

fn label() -> gtk::Label {
    let label = gtk::Label::new(None);
    label.set_line_wrap(true);
    label.set_line_wrap_mode(gtk::pango::WrapMode::WordChar);
    label.set_max_width_chars(60);
    label.set_xalign(0.0);
    label.set_selectable(true);
    label
}
