//! What a page in the authorization window cannot do, as it tells itself.

use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::home;
use crate::hostile_page::{HostilePage, SEARCH, add_profile};
use crate::program::{Window, on_display, press_keys_on_page, within};

/// `keybelt link work --via webview`, which the open window runs.
fn start_link(home: &keybelt_test_support::Home) -> Child {
    let arguments = ["--json", "link", "work", "--via", "webview", "--timeout", "25"];
    on_display(home, &arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The error code with which the link ended.
async fn code_of(link: Child) -> String {
    // Off this thread: the page's server answers on it.
    let output = tokio::task::spawn_blocking(|| link.wait_with_output())
        .await
        .unwrap()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let error: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    error["error"]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_finds_nothing_of_the_program() {
    let script = "
        const found = ['__TAURI_INTERNALS__', '__TAURI__', 'ipc', 'isTauri'].filter((name) => name in window);
        if (window.webkit?.messageHandlers) found.push('messageHandlers');
        const ask = (address) => fetch(address, { method: 'POST', body: '{}' }).then(() => found.push(address), () => {});
        Promise.all(['ipc://localhost/list_accounts', 'tauri://localhost/index.html', 'file:///etc/passwd'].map(ask))
            .then(() => tell('found ' + found.join(' ')))";
    let page = HostilePage::with_script(script).await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    assert_eq!(page.told().await, "found ");
    window.turn_to_bar().await;
    window.press("Cancel").await;
    assert_eq!(code_of(link).await, "cancelled");
    window.close().await;
}

#[tokio::test]
async fn a_page_goes_nowhere_but_to_protected_pages_and_back() {
    // Each address is tried while the page stands; a page that was left tells nothing more.
    let script = "
        const addresses = ['file:///etc/passwd', 'data:text/html,gone', 'tauri://localhost/index.html', 'mailto:a@b.example',
            'app.keybelt:/callback/work2?state=STATE&error=access_denied', 'app.keybelt://callback/work?state=STATE&error=x',
            'app.keybelt:/callback/?state=STATE&error=x', 'app.keybelt:/callback/work/?state=STATE&error=x', '/download',
            '/redirect?to=' + encodeURIComponent('app.keybelt:/callback/other?state=STATE&error=x'),
            'app.keybelt:/callback/work?state=another&error=access_denied'];
        const go = async () => {
            for (const address of addresses) {
                location.href = address;
                await new Promise((done) => setTimeout(done, 300));
                await tell('still here: ' + addresses.indexOf(address));
            }
            location.href = 'app.keybelt:/callback/work?state=STATE&error=access_denied';
        };
        go()";
    let page = HostilePage::with_script(script).await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    for number in 0..11 {
        assert_eq!(page.told().await, format!("still here: {number}"));
    }
    // Only the last one was the answer.
    assert_eq!(code_of(link).await, "access_denied");
    window.wait_until_alone().await;
    assert!(!find_file(&home, "stolen.bin"));
    window.close().await;
}

#[tokio::test]
async fn an_answer_is_taken_although_the_sign_in_page_lets_its_forms_lead_nowhere() {
    let script = "
        const form = document.createElement('form');
        form.method = 'post';
        form.action = '/redirect?to=' + encodeURIComponent('app.keybelt:/callback/work?state=STATE&error=access_denied');
        document.body.append(form);
        form.submit()";
    let page = HostilePage::with_script(script).await;
    let home = home();
    page.add_strict_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    assert_eq!(code_of(link).await, "access_denied");
    window.wait_until_alone().await;
    window.close().await;
}

/// Whether a file of that name lies anywhere that the program may write by itself.
fn find_file(home: &keybelt_test_support::Home, name: &str) -> bool {
    let folder = home.path().with_file_name("");
    let found = Command::new("find")
        .arg(folder)
        .args(["-name", name])
        .output()
        .unwrap();
    let by_default =
        std::env::var_os("HOME").map(|home| std::path::Path::new(&home).join("Downloads").join(name));
    !found.stdout.is_empty() || by_default.is_some_and(|path| path.exists())
}

#[tokio::test]
async fn a_page_gets_no_devices_no_files_and_no_dialogs() {
    let script = "
        const asks = {
            position: () => new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no)),
            camera: () => navigator.mediaDevices.getUserMedia({ video: true }),
            notices: () => Notification.requestPermission().then((said) => { if (said !== 'granted') throw said; }),
            clipboard: () => navigator.clipboard.readText(),
            confirmed: async () => { if (!confirm('sure?')) throw 0; },
            screen: () => document.documentElement.requestFullscreen(),
        };
        const names = Object.keys(asks);
        Promise.all(names.map((name) => Promise.resolve().then(asks[name]).then(() => name, () => null)))
            .then((got) => tell('got ' + got.filter(Boolean).join(' ')))";
    let page = HostilePage::with_script(script).await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    assert_eq!(page.told().await, "got ");
    window.turn_to_bar().await;
    window.press("Cancel").await;
    assert_eq!(code_of(link).await, "cancelled");
    window.close().await;
}

#[tokio::test]
async fn a_pop_up_stands_on_its_page_under_the_same_bar_and_gives_way() {
    let script = "
        const button = document.getElementById('go');
        let popup;
        button.onclick = () => { popup = open('http://localhost:PORT/popup'); };
        onmessage = async (event) => { await tell(event.data + ' from ' + event.origin); setTimeout(() => popup.close(), 1500); };
        tell('ready')";
    let page = HostilePage::with_script(script).await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    assert_eq!(page.told().await, "ready");
    window.turn_to_bar().await;
    window.see("127.0.0.1").await;
    press_keys_on_page(&["Tab", "Return"]).await;
    let told = page.told().await;
    assert!(told.starts_with("hello from http://localhost:"), "{told}");
    window.see("localhost").await;
    window.picture("pop-up").await;
    window.see("127.0.0.1").await;
    window.press("Cancel").await;
    assert_eq!(code_of(link).await, "cancelled");
    window.close().await;
}

#[tokio::test]
async fn a_page_that_closes_itself_cancels_the_link() {
    let page = HostilePage::with_script("setTimeout(() => window.close(), 300)").await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    assert_eq!(code_of(link).await, "cancelled");
    window.wait_until_alone().await;
    window.close().await;
}

#[tokio::test]
async fn plain_http_is_told_and_not_loaded() {
    let page = HostilePage::with_script("location.href = 'http://login.example.test/'").await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    window.turn_to_bar().await;
    window.see("login.").await;
    window.picture("plain-http").await;
    window.press("Cancel").await;
    assert_eq!(code_of(link).await, "cancelled");
    window.close().await;
}

/// An https server whose certificate nobody has signed.
struct SelfSigned(Child, u16);

impl SelfSigned {
    async fn start(home: &keybelt_test_support::Home) -> Self {
        let (key, certificate) = (home.file("key.pem", ""), home.file("certificate.pem", ""));
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=127.0.0.1",
            ])
            .args([
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                &key,
                "-out",
                &certificate,
            ])
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        let port = crate::program::free_port();
        let server = Command::new("openssl")
            .args([
                "s_server",
                "-quiet",
                "-www",
                "-accept",
                &port.to_string(),
                "-key",
                &key,
                "-cert",
                &certificate,
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        within("the https server", async || reaches(port).await.then_some(())).await;
        Self(server, port)
    }
}

#[expect(clippy::disallowed_methods, reason = "a look whether somebody listens")]
async fn reaches(port: u16) -> bool {
    tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()
}

impl Drop for SelfSigned {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_certificate_that_does_not_hold_is_told_and_the_page_not_shown() {
    let home = home();
    let server = SelfSigned::start(&home).await;
    add_profile(&home, &format!("https://127.0.0.1:{}/authorize", server.1));
    let window = Window::open(&home).await;
    let link = start_link(&home);
    window.turn_to_bar().await;
    window.see("The certificate does not hold").await;
    window.picture("bad-certificate").await;
    window.press("Cancel").await;
    assert_eq!(code_of(link).await, "cancelled");
    window.close().await;
}

#[tokio::test]
async fn a_page_that_does_not_answer_is_told() {
    let home = home();
    add_profile(
        &home,
        &format!("https://127.0.0.1:{}/authorize", crate::program::free_port()),
    );
    let window = Window::open(&home).await;
    let link = start_link(&home);
    window.turn_to_bar().await;
    window.see("could not be loaded").await;
    window.picture("no-answer").await;
    window.press("Cancel").await;
    assert_eq!(code_of(link).await, "cancelled");
    window.close().await;
}

#[tokio::test]
async fn neither_a_page_nor_its_frames_nor_its_pop_ups_reach_the_program() {
    let script = format!(
        "{SEARCH}
        onmessage = (event) => tell(event.source === popup ? 'pop-up ' + event.data : 'frame ' + event.data);
        let popup;
        document.getElementById('go').onclick = () => {{ popup = open('/search'); }};
        (async () => {{
            await tell('page found ' + await search());
            const frame = document.createElement('iframe');
            frame.src = '/search';
            document.body.append(frame);
        }})()"
    );
    let page = HostilePage::with_script(&script).await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    assert_eq!(page.told().await, "page found ");
    assert_eq!(page.told().await, "frame found ");
    window.turn_to_bar().await;
    press_keys_on_page(&["Tab", "Return"]).await;
    assert_eq!(page.told().await, "pop-up found ");
    window.press("Cancel").await;
    assert_eq!(code_of(link).await, "cancelled");
    window.close().await;
}

#[tokio::test]
async fn a_frame_leads_nowhere_and_answers_for_nobody() {
    // Each address in a frame, and then by the frame for the page that holds it.
    let script = "
        const addresses = ['file:///etc/passwd', 'tauri://localhost/index.html', 'ipc://localhost/list_accounts',
            'app.keybelt:/callback/work?state=another&error=access_denied', 'app.keybelt:/callback/work?error=access_denied',
            'app.keybelt:/callback/other?state=STATE&error=access_denied', 'mailto:a@b.example'];
        const go = async () => {
            for (const address of addresses) {
                const frame = document.createElement('iframe');
                frame.src = address;
                document.body.append(frame);
                await new Promise((done) => setTimeout(done, 300));
                const inner = document.createElement('iframe');
                inner.srcdoc = '<script>top.location.href = ' + JSON.stringify(address) + '<' + '/script>';
                document.body.append(inner);
                await new Promise((done) => setTimeout(done, 300));
                await tell('still here: ' + addresses.indexOf(address));
            }
            location.href = 'app.keybelt:/callback/work?state=STATE&error=access_denied';
        };
        go()";
    let page = HostilePage::with_script(script).await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    for number in 0..7 {
        assert_eq!(page.told().await, format!("still here: {number}"));
    }
    assert_eq!(code_of(link).await, "access_denied");
    window.wait_until_alone().await;
    window.close().await;
}

#[tokio::test]
async fn an_address_that_looks_like_ours_is_no_answer() {
    let script = "
        const query = '?state=STATE&error=access_denied';
        const addresses = ['app.keybelt.evil:/callback/work', 'appkeybelt:/callback/work', 'app-keybelt:/callback/work',
            'web+app.keybelt:/callback/work', 'app.keybelt:callback/work', 'app.keybelt:///callback/work',
            'app.keybelt://localhost/callback/work', 'app.keybelt:/callback/w%6Frk', 'app.keybelt:/x/../callback/other',
            'app.keybelt:/callback/work%2F', 'app.keybelt:/callback/work;x', 'tauri://localhost/callback/work',
            'keybelt:/callback/work', 'javascript:void(0)//app.keybelt:/callback/work'];
        const go = async () => {
            for (const address of addresses) {
                location.href = address + query;
                await new Promise((done) => setTimeout(done, 200));
                await tell('still here: ' + addresses.indexOf(address));
            }
            location.href = 'app.keybelt:/callback/work' + query;
        };
        go()";
    let page = HostilePage::with_script(script).await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    for number in 0..14 {
        assert_eq!(page.told().await, format!("still here: {number}"));
    }
    assert_eq!(code_of(link).await, "access_denied");
    window.close().await;
}

#[tokio::test]
async fn pop_ups_without_end_are_a_few() {
    let script = "
        document.getElementById('go').onclick = () => {
            const opened = [];
            for (let number = 0; number < 30; number++) opened.push(open('/popup?' + number));
            tell('opened ' + opened.filter(Boolean).length);
        };
        tell('ready')";
    let page = HostilePage::with_script(script).await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    assert_eq!(page.told().await, "ready");
    window.turn_to_bar().await;
    press_keys_on_page(&["Tab", "Return"]).await;
    let told = page.told().await;
    let opened: u32 = told.strip_prefix("opened ").unwrap().parse().unwrap();
    assert!((1..=3).contains(&opened), "{told}");
    // However many there are, there is one bar, and one way out.
    window.press("Cancel").await;
    assert_eq!(code_of(link).await, "cancelled");
    window.wait_until_alone().await;
    window.close().await;
}

#[tokio::test]
async fn what_a_page_keeps_is_gone_before_the_next_link() {
    let script = "
        tellings = Date.now();
        const kept = [document.cookie, localStorage.getItem('kept'), sessionStorage.getItem('kept')].filter(Boolean);
        document.cookie = 'kept=yes; max-age=9999';
        localStorage.setItem('kept', 'yes');
        sessionStorage.setItem('kept', 'yes');
        tell('kept ' + kept.join(' ') + '; ' + document.cookie)";
    let page = HostilePage::with_script(script).await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    for _ in 0..2 {
        let link = start_link(&home);
        assert_eq!(page.told().await, "kept ; kept=yes");
        window.turn_to_bar().await;
        window.press("Cancel").await;
        assert_eq!(code_of(link).await, "cancelled");
        window.wait_until_alone().await;
    }
    assert!(!String::from_utf8_lossy(&home.bytes()).contains("kept=yes"));
    window.close().await;
}

#[tokio::test]
async fn a_page_that_never_comes_to_rest_can_be_left() {
    let script = "
        onbeforeunload = () => 'stay';
        const opened = [1, 2, 3].map((number) => open('/popup?' + number)).filter(Boolean);
        tell('opened ' + opened.length + ' unasked').then(() => { alert('stay'); for (;;) { try { history.pushState('', '', '/authorize?' + Math.random()); } catch {} } })";
    let page = HostilePage::with_script(script).await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    let link = start_link(&home);
    assert_eq!(page.told().await, "opened 0 unasked");
    window.turn_to_bar().await;
    window.press("Cancel").await;
    assert_eq!(code_of(link).await, "cancelled");
    window.wait_until_alone().await;
    window.close().await;
}

#[tokio::test]
async fn the_programs_own_windows_are_led_nowhere_and_load_nothing_from_elsewhere() {
    let page = HostilePage::with_script("tell('loaded')").await;
    let home = home();
    page.add_profile(&home);
    let window = Window::open(&home).await;
    window.see("No accounts").await;
    let there = page.address("/authorize");
    for address in [
        there.as_str(),
        "file:///etc/passwd",
        "data:text/html,gone",
        "javascript:document.title='gone'",
    ] {
        let led = format!("location.href = {address:?}; return 0");
        window.script(&led).await;
        window.see("No accounts").await;
    }
    let tried = window
        .script(&format!(
            "const opened = open({there:?}) ? 'opened' : '';
             const frame = document.createElement('iframe');
             frame.src = {there:?};
             document.body.append(frame);
             const script = document.createElement('script');
             script.textContent = 'window.inline = true';
             document.body.append(script);
             return fetch({there:?}).then(() => 'fetched', () => '').then((fetched) => opened + fetched + (window.inline ? 'inline' : ''))"
        ))
        .await;
    assert_eq!(tried, "");
    let home_page = window.script("return location.href").await;
    assert!(
        home_page.as_str().unwrap().starts_with("tauri://localhost"),
        "{home_page}"
    );
    assert!(page.is_silent(), "nothing was loaded from there");
    window.close().await;
}
