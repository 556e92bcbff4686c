//! The authorization window under GTK and WebKitGTK. Everything here runs on the main thread.
//!
//! The bar is an ordinary window of the program; the page is a bare WebKit view that is packed below it, in a context of
//! its own that keeps nothing. No script of ours, no message handler, no scheme of ours is in that context.

mod page;
mod panel;

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gtk::prelude::*;
use keybelt_contract::Connection;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use webkit2gtk::{WebContext, WebContextExt, WebView, WebViewExt};

use super::Conduct;
use crate::desktop::Desktop;
use crate::front::BAR;
use crate::main_window::is_own_page;
use panel::Panel;

/// The height of the bar, in pixels: two rows, their gaps, its line.
const BAR_HEIGHT: i32 = 73;
/// How many pages may stand on one another: the provider's own, and what it opens.
const PAGES: usize = 4;

thread_local! {
    static OPEN: RefCell<Option<Rc<Open>>> = const { RefCell::new(None) };
}

/// The open window.
struct Open {
    window: WebviewWindow,
    stack: gtk::Stack,
    panel: Panel,
    /// The provider's page, and the pop-ups it opened, the latest last and on top.
    pages: RefCell<Vec<WebView>>,
    conduct: Conduct,
}

/// Why a page is not shown.
struct Trouble {
    connection: Connection,
    title: &'static str,
    text: String,
    /// It may be worth another try.
    may_pass: bool,
}

/// Opens the window at an address.
pub fn open(app: &AppHandle, title: &str, address: &str, conduct: Conduct) -> Result<(), String> {
    let page = app.state::<Desktop>().preferences.page("bar.html");
    let window = WebviewWindowBuilder::new(app, BAR, WebviewUrl::App(page.into()))
        .title(title)
        .inner_size(760.0, 720.0)
        .min_inner_size(480.0, 420.0)
        .on_navigation(is_own_page)
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .build()
        .map_err(|error| error.to_string())?;
    let outcome = fill(&window, address, conduct);
    if outcome.is_err() {
        let _ = window.destroy();
    }
    outcome
}

fn fill(window: &WebviewWindow, address: &str, conduct: Conduct) -> Result<(), String> {
    let column = window.default_vbox().map_err(|error| error.to_string())?;
    let bar = column.children().pop().ok_or("the window has no bar")?;
    bar.set_size_request(-1, BAR_HEIGHT);
    column.set_child_packing(&bar, false, true, 0, gtk::PackType::Start);
    let stack = gtk::Stack::new();
    column.pack_start(&stack, true, true, 0);
    let panel = Panel::new();
    stack.add(panel.widget());

    let context = WebContext::new_ephemeral();
    // A download that begins all the same ends here.
    context.connect_download_started(|_, download| webkit2gtk::DownloadExt::cancel(download));
    let open = Rc::new(Open {
        window: window.clone(),
        stack,
        panel,
        pages: RefCell::default(),
        conduct,
    });
    let view = page::in_context(&context, &Rc::downgrade(&open));
    open.put_on_top(&view);
    open.show_page();
    let link = open.conduct.link;
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            forget(link);
        }
    });
    let again = Rc::downgrade(&open);
    open.panel.on_retry(move || {
        if let Some(open) = again.upgrade() {
            open.try_again();
        }
    });
    view.load_uri(address);
    view.grab_focus();
    OPEN.with(|slot| slot.replace(Some(open)));
    Ok(())
}

/// Closes a link's window, if it is the one that is open.
pub fn close(link: u32) {
    if let Some(open) = forget(link) {
        let _ = open.window.destroy();
    }
}

/// Lets go of all that belongs to a link's window.
fn forget(link: u32) -> Option<Rc<Open>> {
    OPEN.with(|slot| {
        let mut slot = slot.borrow_mut();
        if slot.as_ref().is_some_and(|open| open.conduct.link == link) {
            slot.take()
        } else {
            None
        }
    })
}

impl Open {
    fn top(&self) -> Option<WebView> {
        self.pages.borrow().last().cloned()
    }

    fn is_on_top(&self, view: &WebView) -> bool {
        self.pages.borrow().last() == Some(view)
    }

    fn has_room(&self) -> bool {
        self.pages.borrow().len() < PAGES
    }

    fn put_on_top(&self, view: &WebView) {
        view.show();
        self.stack.add(view);
        self.pages.borrow_mut().push(view.clone());
    }

    /// Shows the topmost page, and its origin.
    fn show_page(&self) {
        if let Some(view) = self.top() {
            self.stack.show();
            self.stack.set_visible_child(&view);
        }
    }

    /// A page was shown anew, or went elsewhere.
    fn committed(&self, view: &WebView) {
        if !self.is_on_top(view) {
            return;
        }
        let tls_holds = view.tls_info().map(|(_, faults)| faults.is_empty());
        self.conduct.committed(&view.uri().unwrap_or_default(), tls_holds);
        self.show_page();
    }

    /// The page is not shown, and the panel says why.
    fn broke(&self, address: &str, trouble: &Trouble) {
        self.conduct.shown(address, trouble.connection);
        self.panel
            .say(trouble.title, &trouble.text, trouble.may_pass.then_some(address));
        self.stack.show();
        self.stack.set_visible_child(self.panel.widget());
    }

    fn try_again(&self) {
        if let (Some(view), Some(address)) = (self.top(), self.panel.address()) {
            view.load_uri(&address);
        }
    }

    /// A page closed itself: a pop-up gives way to what is below it, the provider's own page ends the link.
    fn closed(&self, view: &WebView) {
        if self.pages.borrow().first() == Some(view) {
            let _ = self.window.close();
            return;
        }
        self.pages.borrow_mut().retain(|page| page != view);
        self.stack.remove(view);
        if let Some(top) = self.top() {
            self.committed(&top);
            top.grab_focus();
        }
    }
}

/// Runs something on the open window once WebKit is done with what it is at: a page must not be taken down from inside one
/// of its own signals.
fn soon(open: &Weak<Open>, act: impl FnOnce(&Rc<Open>) + 'static) {
    let open = open.clone();
    gtk::glib::idle_add_local_once(move || {
        if let Some(open) = open.upgrade() {
            act(&open);
        }
    });
}
