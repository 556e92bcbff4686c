//! The built program, and a driver that sees its window.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use keybelt_test_support::{Home, scratch};
use serde_json::json;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep, timeout};

/// The built program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_keybelt-desktop");
/// How long anything may take, on a slow day.
const PATIENCE: Duration = Duration::from_secs(30);

/// There is one display, one keyboard and one port of the practice provider.
static DISPLAY: Mutex<()> = Mutex::const_new(());

/// The display, for one at a time.
pub async fn display() -> MutexGuard<'static, ()> {
    DISPLAY.lock().await
}

/// The program with its main window open.
pub struct Window {
    client: Client,
    driver: Child,
    /// Where the program's process id stands: a driver that is killed does not end it.
    process: String,
    log: PathBuf,
    main: fantoccini::wd::WindowHandle,
    /// How often something was pressed.
    presses: AtomicU32,
    _display: MutexGuard<'static, ()>,
}

impl Window {
    /// Starts the program in a home, and waits for its main window.
    pub async fn open(home: &Home) -> Self {
        Self::open_by(home, &[]).await
    }

    /// The same, where the desktop is dark.
    pub async fn open_in_the_dark(home: &Home) -> Self {
        Self::open_by(home, &[("GTK_THEME", "Adwaita:dark")]).await
    }

    /// The same, where the program says all it can say.
    pub async fn open_saying_everything(home: &Home) -> Self {
        Self::open_by(home, &[("RUST_LOG", "trace")]).await
    }

    async fn open_by(home: &Home, environment_of_desktop: &[(&str, &str)]) -> Self {
        let display = DISPLAY.lock().await;
        let log = home.path().with_file_name("desktop.log");
        // The driver keeps what the program says to itself.
        let process = home.file("desktop.pid", "");
        let script = format!(
            "#!/bin/sh\nulimit -S -c \"$(ulimit -H -c)\"\necho $$ >{process}\nexec {PROGRAM} \"$@\" 2>>{}\n",
            log.display()
        );
        let start = home.file("desktop", &script);
        fs::set_permissions(&start, fs::Permissions::from_mode(0o700)).unwrap();
        let port = free_port().to_string();
        let mut command = Command::new("WebKitWebDriver");
        command
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let driver = command
            .envs(environment(home))
            .envs(environment_of_desktop.iter().copied())
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .spawn()
            .unwrap();
        let options = json!({ "webkitgtk:browserOptions": { "binary": start, "args": [] } });
        let capabilities = options.as_object().unwrap().clone();
        let client = within("a session of WebKitWebDriver", async || {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            builder.connect(&format!("http://127.0.0.1:{port}")).await.ok()
        })
        .await;
        let main = client.window().await.unwrap();
        Self {
            client,
            driver,
            process,
            log,
            main,
            presses: AtomicU32::new(0),
            _display: display,
        }
    }

    /// Waits until a text is to be seen.
    pub async fn see(&self, text: &str) -> Element {
        let path = format!("//*[contains(normalize-space(.), \"{text}\")]");
        self.find(&path, text).await
    }

    /// Waits until a text is to be seen no more.
    pub async fn see_no_more(&self, text: &str) {
        let gone = within(text, async || (!self.text().await.contains(text)).then_some(()));
        gone.await;
    }

    /// Everything that is written in the window.
    pub async fn text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Presses the button (tab, link, menu item) of this name; while a dialog is open, its own.
    pub async fn press(&self, name: &str) {
        self.presses.fetch_add(1, Ordering::Relaxed);
        let named = format!(
            "normalize-space(.)=\"{name}\" or @aria-label=\"{name}\" or .//*[normalize-space(.)=\"{name}\"]"
        );
        let button = format!(
            "*[self::button or self::a or @role='tab' or @role='menuitem' or @role='button' or @role='radio'][not(@disabled)][{named}]"
        );
        let dialog = "*[@role='dialog' or @role='alertdialog']";
        let path = format!("//{dialog}//{button} | //{button}[not(//{dialog})]");
        within(name, async || {
            let found = self.client.find(Locator::XPath(&path)).await.ok()?;
            match found.click().await {
                // The press closed its own window before the driver could answer: pressed it is.
                Err(error) if error.is_no_such_window() => Some(()),
                // What scrolls inside of something is not brought into sight by the driver alone.
                Err(_) => {
                    let element = vec![serde_json::to_value(&found).ok()?];
                    let show = "arguments[0].scrollIntoView({block: \"center\"})";
                    let _ = self.client.execute(show, element).await;
                    None
                }
                Ok(()) => Some(()),
            }
        })
        .await;
    }

    /// Presses the row of a table that has this in its first cell.
    pub async fn press_row(&self, name: &str) {
        self.presses.fetch_add(1, Ordering::Relaxed);
        let path = format!("//*[@role=\"rowheader\"][.//*[normalize-space(.)=\"{name}\"]]");
        within(name, async || {
            let row = self.client.find(Locator::XPath(&path)).await.ok()?;
            row.click().await.ok()
        })
        .await;
    }

    /// Waits until a row of a table has both words.
    pub async fn see_row(&self, name: &str, word: &str) {
        let path = format!(
            "//*[self::tr or @role=\"row\"][.//*[normalize-space(.)=\"{name}\"]][contains(normalize-space(.), \"{word}\")]"
        );
        self.find(&path, name).await;
    }

    /// Waits until the sheet has this title.
    pub async fn see_title(&self, title: &str) {
        let path = format!("//*[self::h1 or self::h2][normalize-space(.)=\"{title}\"]");
        self.find(&path, title).await;
    }

    /// Types into the field of this label.
    pub async fn fill(&self, label: &str, text: &str) {
        self.field(label).await.send_keys(text).await.unwrap();
    }

    /// Takes out what stands in the field of this label.
    pub async fn empty(&self, label: &str) {
        let field = self.field(label).await;
        let typed = field.prop("value").await.unwrap().unwrap_or_default();
        field.send_keys("\u{E010}").await.unwrap();
        field
            .send_keys(&"\u{E003}".repeat(typed.chars().count()))
            .await
            .unwrap();
    }

    async fn field(&self, label: &str) -> Element {
        let path = format!(
            "//*[self::input or self::textarea][@id=//label[normalize-space(.)=\"{label}\"]/@for or @aria-label=\"{label}\"]"
        );
        self.find(&path, label).await
    }

    /// Gives a file to the dialog that asks for one, as its button does.
    pub async fn open_file(&self, file: &str) {
        let file = fs::canonicalize(file).unwrap();
        let input = self.find("//input[@type=\"file\"]", "a file to open").await;
        input.send_keys(file.to_str().unwrap()).await.unwrap();
    }

    /// How often a button, tab, link, menu item or row was pressed so far.
    pub fn presses(&self) -> u32 {
        self.presses.load(Ordering::Relaxed)
    }

    /// Opens the choice that shows one thing, and chooses another.
    pub async fn press_option(&self, shown: &str, option: &str) {
        let words = |text: &str| {
            let parts = text.split(' ').map(|part| format!("contains(., \"{part}\")"));
            parts.collect::<Vec<_>>().join(" and ")
        };
        let button = format!("//button[@aria-haspopup=\"listbox\"][{}]", words(shown));
        self.find(&button, shown).await.click().await.unwrap();
        let choice = format!("//*[@role=\"option\"][{}]", words(option));
        within(option, async || {
            let found = self.client.find(Locator::XPath(&choice)).await.ok()?;
            found.click().await.ok()
        })
        .await;
    }

    async fn find(&self, path: &str, what: &str) -> Element {
        within(what, async || self.client.find(Locator::XPath(path)).await.ok()).await
    }

    /// Turns to the bar of the authorization window.
    pub async fn turn_to_bar(&self) {
        within("the bar", async || {
            for window in self.client.windows().await.ok()? {
                self.client.switch_to_window(window).await.ok()?;
                if self.client.current_url().await.ok()?.path().ends_with("bar.html") {
                    return Some(());
                }
            }
            None
        })
        .await;
    }

    /// Turns back to the main window.
    pub async fn turn_to_main(&self) {
        self.client.switch_to_window(self.main.clone()).await.unwrap();
    }

    /// Waits until the main window is the only one.
    pub async fn wait_until_alone(&self) {
        let alone = async || (self.client.windows().await.ok()?.len() == 1).then_some(());
        within("the main window alone", alone).await;
        self.turn_to_main().await;
    }

    /// Runs a script in the window that is looked at.
    pub async fn script(&self, script: &str) -> serde_json::Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Every message that went to the front end so far, and everything else that the program said.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The program's process, and those that it started.
    pub fn processes(&self) -> Vec<u32> {
        let program = fs::read_to_string(&self.process).unwrap();
        let mut found = vec![program.trim().parse().unwrap()];
        let mut next = 0;
        while let Some(process) = found.get(next).copied() {
            let threads = fs::read_dir(format!("/proc/{process}/task"))
                .into_iter()
                .flatten();
            for thread in threads.flatten() {
                let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
                found.extend(
                    children
                        .split_whitespace()
                        .filter_map(|child| child.parse::<u32>().ok()),
                );
            }
            next += 1;
        }
        found
    }

    /// A picture of the whole display, to be looked at, once the window that is looked at has drawn what it says.
    pub async fn picture(&self, name: &str) {
        let drawn =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        // A window that lies below another one may draw nothing.
        let _ = timeout(
            Duration::from_secs(2),
            self.client.execute_async(drawn, Vec::new()),
        )
        .await;
        take_picture(name);
    }

    /// Closes the main window, and waits until the program has come to its end by itself.
    pub async fn close_by_its_button(self) {
        close_window("^Keybelt$");
        let process = fs::read_to_string(&self.process).unwrap();
        let state = PathBuf::from(format!("/proc/{}/stat", process.trim()));
        within("the program's end", async || {
            // Its parent, the driver, may leave it unburied.
            let state = fs::read_to_string(&state).unwrap_or_default();
            (state.is_empty() || state.contains(") Z ")).then_some(())
        })
        .await;
    }

    /// Ends the program as closing its window does.
    pub async fn close(self) {
        let _ = self.client.clone().close().await;
    }
}

/// A picture of the whole display, kept as test output.
pub fn take_picture(name: &str) {
    let folder = scratch().join("window");
    fs::create_dir_all(&folder).unwrap();
    let target = folder.join(format!("{name}.png"));
    let taken = Command::new("import")
        .args(["-window", "root"])
        .arg(target)
        .status();
    assert!(taken.is_ok_and(|status| status.success()), "no picture");
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            take_picture("failed");
            let _ = fs::copy(&self.log, scratch().join("window/failed.log"));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        if let Ok(process) = fs::read_to_string(&self.process) {
            let _ = Command::new("kill")
                .args(["-KILL", process.trim()])
                .stderr(Stdio::null())
                .status();
        }
    }
}

/// The keyboard, on the authorization page: its window gets the focus, and these keys are pressed.
pub async fn press_keys_on_page(keys: &[&str]) {
    wait_until_page_is_drawn().await;
    give_keyboard_to("^Sign in");
    // The driver gave the keyboard to the bar: a click on the page's empty edge takes it back. In a call of its own, since
    // xdotool would else send to the window it found what belongs to the display.
    xdotool(&["mousemove", "--sync", "740", "600", "click", "1"]);
    wait_until_page_has_keyboard().await;
    let mut pressed = vec!["key", "--delay", "150"];
    pressed.extend(keys);
    xdotool(&pressed);
}

/// Waits until keys come to the page: WebKit moves its keyboard focus there some time after the click, and keys before that
/// are lost. All that the page says is selected, which is seen, and which changes nothing where it is done twice.
async fn wait_until_page_has_keyboard() {
    let unselected = within("a page at rest", async || {
        let first = page_signature()?;
        (page_signature()? == first).then_some(first)
    })
    .await;
    within("the page with the keyboard", async || {
        xdotool(&["key", "ctrl+a"]);
        (page_signature()? != unselected).then_some(())
    })
    .await;
}

#[track_caller]
fn xdotool(arguments: &[&str]) {
    let done = Command::new("xdotool").args(arguments).status();
    assert!(done.unwrap().success(), "{arguments:?}");
}

/// What the page below the bar looks like, as a hash.
fn page_signature() -> Option<String> {
    let mut arguments = PAGE.to_vec();
    arguments.extend(["-format", "%#", "info:"]);
    let signature = Command::new("import").args(arguments).output().ok()?;
    let signature = String::from_utf8(signature.stdout).ok()?;
    (!signature.is_empty()).then_some(signature)
}

/// The page's place on the display.
const PAGE: [&str; 4] = ["-window", "root", "-crop", "640x460+60+120"];

/// Types a path into the system's own dialog, and takes it.
pub async fn type_into(title: &str, path: &str) {
    let typed = ["key", "ctrl+a", "type", "--delay", "20", path];
    in_dialog(title, &typed);
    in_dialog(title, &["key", "Return"]);
    wait_until_gone(title).await;
}

/// Chooses a file that is there in the system's own dialog, by its path.
pub async fn open_in(title: &str, path: &str) {
    in_dialog(title, &["key", "ctrl+l"]);
    in_dialog(title, &["type", "--delay", "20", path]);
    // The dialog takes no path before it has read the folder, and does not show when it has.
    let mut looks = 0;
    within("the file opened", async || {
        if is_gone(title) {
            return Some(());
        }
        if looks % 20 == 0 {
            xdotool(&["key", "Return"]);
        }
        looks += 1;
        None
    })
    .await;
}

/// Leaves the system's own dialog.
pub async fn escape_from(title: &str) {
    in_dialog(title, &["key", "Escape"]);
    wait_until_gone(title).await;
}

fn in_dialog(title: &str, keys: &[&str]) {
    give_keyboard_to(title);
    xdotool(keys);
}

/// Gives the keyboard to the window of this title, once it is to be seen.
pub fn give_keyboard_to(title: &str) {
    let focus = [
        "search",
        "--sync",
        "--onlyvisible",
        "--name",
        title,
        "windowfocus",
        "--sync",
    ];
    xdotool(&focus);
}

/// The title of the window that has the keyboard.
pub fn has_keyboard() -> Option<String> {
    let asked = Command::new("xdotool")
        .args(["getwindowfocus", "getwindowname"])
        .output()
        .ok()?;
    String::from_utf8(asked.stdout).ok()
}

async fn wait_until_gone(title: &str) {
    within("the dialog's end", async || is_gone(title).then_some(())).await;
}

fn is_gone(title: &str) -> bool {
    let find = ["search", "--onlyvisible", "--name", title];
    let found = Command::new("xdotool").args(find).output();
    found.is_ok_and(|found| found.stdout.is_empty())
}

/// Waits until the authorization page has been drawn: more than its empty ground is to be seen below the bar.
pub async fn wait_until_page_is_drawn() {
    let mut page = PAGE.to_vec();
    page.extend(["-format", "%k", "info:"]);
    within("the page drawn", async || {
        let colours = Command::new("import").args(&page).output().ok()?;
        let colours: u32 = String::from_utf8(colours.stdout).ok()?.trim().parse().ok()?;
        (colours > 20).then_some(())
    })
    .await;
}

/// Closes the authorization window as a window manager does when its button is pressed.
pub fn close_page() {
    close_window("^Sign in");
}

/// Closes the window of this title as a window manager does when its button is pressed: the window is asked to go.
pub fn close_window(title: &str) {
    let find = ["search", "--sync", "--onlyvisible", "--name", title];
    let found = Command::new("xdotool").args(find).output().unwrap();
    let window = String::from_utf8(found.stdout).unwrap();
    let asked = Command::new("python3")
        .args(["-c", WM_DELETE_WINDOW, window.trim()])
        .status();
    assert!(asked.unwrap().success());
}

/// Sends `WM_DELETE_WINDOW` (ICCCM §4.2.8.1), which this xdotool cannot.
const WM_DELETE_WINDOW: &str = r#"
import ctypes, sys
x = ctypes.CDLL("libX11.so.6")
x.XOpenDisplay.restype = ctypes.c_void_p
x.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
x.XInternAtom.restype = ctypes.c_ulong
x.XSendEvent.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_long, ctypes.c_void_p]
x.XCloseDisplay.argtypes = [ctypes.c_void_p]
class Message(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("sent", ctypes.c_int), ("display", ctypes.c_void_p),
                ("window", ctypes.c_ulong), ("kind", ctypes.c_ulong), ("format", ctypes.c_int), ("data", ctypes.c_long * 5),
                ("rest", ctypes.c_long * 24)]
display, window = x.XOpenDisplay(None), int(sys.argv[1])
atom = lambda name: x.XInternAtom(display, name, 0)
data = (ctypes.c_long * 5)(atom(b"WM_DELETE_WINDOW"))
message = Message(33, 0, 1, display, window, atom(b"WM_PROTOCOLS"), 32, data)
x.XSendEvent(display, window, 0, 0, ctypes.byref(message))
x.XCloseDisplay(display)
"#;

/// What programs of a home get to know.
pub fn environment(home: &Home) -> Vec<(String, String)> {
    let folder = home.path().with_file_name("xdg");
    let mut environment = home.environment().to_vec();
    environment.push(("KEYBELT_HOME".to_owned(), home.path().display().to_string()));
    environment.push(("RUST_LOG".to_owned(), "info,keybelt_desktop=trace".to_owned()));
    for name in [
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DOWNLOAD_DIR",
    ] {
        environment.push((name.to_owned(), folder.join(name).display().to_string()));
    }
    environment
}

/// `keybelt` in a home, with the display that the test has.
pub fn on_display(home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command(arguments);
    for name in ["DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.envs(environment(home));
    command
}

/// The practice provider in a process of its own.
pub struct Practice(Child);

impl Practice {
    /// Starts one that allows everything without asking.
    pub fn automatic(home: &Home) -> Self {
        Self::start(home, &["--json", "practice", "--auto"])
    }

    /// The same, with access tokens that live for so many seconds.
    pub fn living(home: &Home, seconds: u32) -> Self {
        let life = seconds.to_string();
        Self::start(home, &["--json", "practice", "--auto", "--token-life", &life])
    }

    /// Starts one that asks.
    pub fn asking(home: &Home) -> Self {
        Self::start(home, &["--json", "practice"])
    }

    fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut command = home.command(arguments);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut ready)
            .unwrap();
        assert!(ready.contains("\"ready\""), "{ready}");
        Self(child)
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Looks again until something is there: neither WebDriver nor a display tells by itself.
pub async fn within<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "not in time: {what}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// A port at which nobody listens.
#[expect(clippy::disallowed_methods, reason = "the driver wants to be told its port")]
pub fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
