//! One page of a provider: a bare WebKit view, and what becomes of everything it asks for.

use std::rc::Weak;

use gtk::gio::TlsCertificateFlags;
use gtk::prelude::*;
use keybelt_contract::Connection;
use keybelt_primitives::text::{clipped, visible};
use url::Url;
use webkit2gtk::{
    AuthenticationRequestExt, FileChooserRequestExt, LoadEvent, NavigationAction, NavigationPolicyDecision,
    NavigationPolicyDecisionExt, NetworkError, PermissionRequestExt, PolicyDecision, PolicyDecisionExt,
    PolicyDecisionType, PolicyError, ResponsePolicyDecision, ResponsePolicyDecisionExt, ScriptDialogType,
    SettingsExt, URIRequestExt, UserContentManager, WebContext, WebView, WebViewExt,
};

use super::{Open, Trouble, soon};
use crate::authorization::policy::Judgement;

/// A page that shares nothing with any other.
pub fn in_context(context: &WebContext, open: &Weak<Open>) -> WebView {
    let view = WebView::builder()
        .web_context(context)
        .user_content_manager(&UserContentManager::new())
        .build();
    prepare(view, open)
}

/// A pop-up of a page: it shares the page's context, as `window.opener` needs.
fn opened_by(opener: &WebView, open: &Weak<Open>) -> WebView {
    prepare(WebView::builder().related_view(opener).build(), open)
}

fn prepare(view: WebView, open: &Weak<Open>) -> WebView {
    if let Some(settings) = WebViewExt::settings(&view) {
        settings.set_enable_fullscreen(false);
        settings.set_enable_page_cache(false);
        settings.set_enable_developer_extras(false);
        settings.set_allow_modal_dialogs(false);
        settings.set_javascript_can_access_clipboard(false);
        settings.set_javascript_can_open_windows_automatically(false);
    }
    decide(&view, open);
    follow(&view, open);
    tell_of_trouble(&view, open);
    open_and_close(&view, open);
    refuse_the_rest(&view);
    view
}

/// Where it may go.
fn decide(view: &WebView, open: &Weak<Open>) {
    let open = open.clone();
    view.connect_decide_policy(move |_, decision, kind| match kind {
        PolicyDecisionType::NavigationAction | PolicyDecisionType::NewWindowAction => {
            let lets = open.upgrade().is_some_and(|open| is_let(&open, decision));
            if !lets {
                decision.ignore();
            }
            !lets
        }
        PolicyDecisionType::Response => {
            let shown = decision
                .downcast_ref::<ResponsePolicyDecision>()
                .is_some_and(ResponsePolicyDecisionExt::is_mime_type_supported);
            // What cannot be shown would be saved.
            if !shown {
                decision.ignore();
            }
            !shown
        }
        _ => {
            decision.ignore();
            true
        }
    });
}

fn is_let(open: &Open, decision: &PolicyDecision) -> bool {
    let Some(address) = address_of(decision) else {
        return false;
    };
    match open.conduct.judge(&address) {
        Judgement::Load => true,
        Judgement::Answer | Judgement::Refuse => false,
        Judgement::Unprotected => {
            let text = format!(
                "The sign-in leads to {}, over plain http: anybody on the way could read what you type. Keybelt does \
                 not load it. Nothing was stored.",
                host_of(&address)
            );
            let title = "This page is not protected";
            open.broke(
                &address,
                &Trouble {
                    connection: Connection::Failed,
                    title,
                    text,
                    may_pass: false,
                },
            );
            false
        }
    }
}

fn address_of(decision: &PolicyDecision) -> Option<String> {
    let action: NavigationAction = decision
        .downcast_ref::<NavigationPolicyDecision>()?
        .navigation_action()?;
    Some(action.request()?.uri()?.into())
}

/// What is shown: only what is committed counts, for the address of a page that is still under way says nothing.
fn follow(view: &WebView, open: &Weak<Open>) {
    let open = open.clone();
    view.connect_load_changed(move |view, event| {
        if let (LoadEvent::Committed, Some(open)) = (event, open.upgrade()) {
            open.committed(view);
        }
    });
}

/// WebKit's own error pages would stand under the failing address as if it were loaded: the panel stands instead.
fn tell_of_trouble(view: &WebView, open: &Weak<Open>) {
    let weak = open.clone();
    view.connect_load_failed_with_tls_errors(move |_, address, _, faults| {
        if let Some(open) = weak.upgrade() {
            let text = format!(
                "The certificate of {} does not hold: {}. Somebody could be listening in between, so the page is \
                 not shown, and nothing was sent.",
                host_of(address),
                fault_in_words(faults)
            );
            let title = "The connection is not safe";
            open.broke(address, &Trouble { connection: Connection::BadCertificate, title, text, may_pass: false });
        }
        true
    });
    let weak = open.clone();
    view.connect_load_failed(move |_, _, address, error| {
        let Some(open) = weak.upgrade() else { return true };
        if error.matches(NetworkError::Cancelled) {
            // A sign-in page whose own policy (CSP `form-action`) lets its forms lead nowhere else: WebKit then stops the
            // redirect before it asks whether it may go there. What leads to us is the answer all the same.
            open.conduct.take_answer(address);
        } else if !error.matches(PolicyError::FrameLoadInterruptedByPolicyChange) {
            let text = format!(
                "{} did not answer as it should: {}.",
                host_of(address),
                visible(&clipped(error.message(), 200))
            );
            let title = "The page could not be loaded";
            open.broke(
                address,
                &Trouble {
                    connection: Connection::Failed,
                    title,
                    text,
                    may_pass: true,
                },
            );
        }
        true
    });
    let weak = open.clone();
    view.connect_web_process_terminated(move |view, _| {
        let address = view.uri().unwrap_or_default();
        soon(&weak, move |open| {
            let text = "It came to an end by itself.".to_owned();
            let title = "The page stopped";
            open.broke(
                &address,
                &Trouble {
                    connection: Connection::Failed,
                    title,
                    text,
                    may_pass: true,
                },
            );
        });
    });
}

fn fault_in_words(faults: TlsCertificateFlags) -> &'static str {
    [
        (TlsCertificateFlags::BAD_IDENTITY, "it belongs to another host"),
        (TlsCertificateFlags::EXPIRED, "it has expired"),
        (TlsCertificateFlags::NOT_ACTIVATED, "it is not valid yet"),
        (TlsCertificateFlags::REVOKED, "it was revoked"),
        (TlsCertificateFlags::INSECURE, "its algorithm is too weak"),
        (
            TlsCertificateFlags::UNKNOWN_CA,
            "it is signed by nobody whom this machine trusts",
        ),
    ]
    .into_iter()
    .find(|(fault, _)| faults.contains(*fault))
    .map_or("it could not be checked", |(_, words)| words)
}

fn host_of(address: &str) -> String {
    let url = Url::parse(address).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.map_or_else(|| "The page".to_owned(), |host| visible(&clipped(host, 200)))
}

/// Pop-ups stand on the page that opened them, under the same bar; a page may close itself.
fn open_and_close(view: &WebView, open: &Weak<Open>) {
    let weak = open.clone();
    view.connect_create(move |opener, _| {
        let open = weak.upgrade().filter(|open| open.has_room())?;
        let popup = opened_by(opener, &weak);
        open.put_on_top(&popup);
        Some(popup.upcast())
    });
    let weak = open.clone();
    view.connect_ready_to_show(move |view| {
        if let Some(open) = weak.upgrade() {
            open.conduct
                .shown(&view.uri().unwrap_or_default(), Connection::Loading);
            open.show_page();
            view.grab_focus();
        }
    });
    let weak = open.clone();
    view.connect_close(move |view| {
        let view = view.clone();
        soon(&weak, move |open| open.closed(&view));
    });
}

/// Neither the disk, nor the devices, nor the screen, nor a password that it asks for outside of its page.
fn refuse_the_rest(view: &WebView) {
    view.connect_permission_request(|_, request| {
        request.deny();
        true
    });
    view.connect_run_file_chooser(|_, request| {
        request.cancel();
        true
    });
    view.connect_authenticate(|_, request| {
        request.cancel();
        true
    });
    view.connect_script_dialog(|_, dialog| {
        // A page that asks before it is left would otherwise keep the person.
        if dialog.dialog_type() == ScriptDialogType::BeforeUnloadConfirm {
            dialog.confirm_set_confirmed(true);
        }
        true
    });
    view.connect_print(|_, _| true);
    view.connect_context_menu(|_, _, _, _| true);
    view.connect_enter_fullscreen(|_| true);
    view.connect_show_notification(|_, _| true);
}
