//! The person at a browser, for provider pages that work without JavaScript.

use scraper::{ElementRef, Html, Selector};
use ureq::Agent;
use ureq::http::Response;
use url::Url;

/// What the person does on the provider's page.
#[derive(Clone, Debug)]
pub struct Person {
    /// What they type into fields of these names.
    pub fields: Vec<(String, String)>,
    /// The button they press, by its value.
    pub press: String,
}

impl Person {
    /// Signs in under a name and allows.
    pub fn allowing(login: &str) -> Self {
        Self {
            fields: vec![("login".to_owned(), login.to_owned())],
            press: "allow".to_owned(),
        }
    }

    /// Says no.
    pub fn denying() -> Self {
        Self {
            fields: Vec::new(),
            press: "deny".to_owned(),
        }
    }
}

/// A browser with cookies, and without a screen.
pub struct Browser {
    agent: Agent,
}

/// Where a visit ended.
#[derive(Debug)]
pub enum Ended {
    /// The provider sent the browser to another origin or scheme: the redirect URI with its answer.
    Redirected(Url),
    /// The provider showed a page that leads nowhere.
    Page {
        /// The HTTP status.
        status: u16,
        /// The page's text.
        text: String,
    },
}

impl Ended {
    /// The address that the provider sent the browser to.
    ///
    /// # Panics
    /// The visit ended on a page.
    pub fn address(self) -> Url {
        match self {
            Self::Redirected(address) => address,
            Self::Page { status, text } => panic!("ended on a page, {status}: {text}"),
        }
    }

    /// The PIN that the provider's last page shows (RFC 5849 §2.2, a callback out of band).
    ///
    /// # Panics
    /// The visit ended elsewhere, or the page shows no PIN.
    pub fn pin(&self) -> String {
        let Self::Page { text, .. } = self else {
            panic!("no page: {self:?}");
        };
        let (_, pin) = text.rsplit_once("PIN is ").expect("a PIN on the page");
        pin.trim().to_owned()
    }
}

impl Default for Browser {
    fn default() -> Self {
        let settings = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Self {
            agent: Agent::new_with_config(settings),
        }
    }
}

impl Browser {
    /// Opens an authorization address and does what the person would, up to the redirect that leaves the provider.
    pub fn authorize(&self, address: &str, person: &Person) -> Ended {
        let mut here = Url::parse(address).expect("an address to open");
        let home = here.origin();
        let mut answer = self.get(&here);
        for _ in 0..20 {
            if let Some(next) = redirect_of(&answer, &here) {
                if next.origin() != home || next.scheme() != here.scheme() {
                    return Ended::Redirected(next);
                }
                answer = self.get(&next);
                here = next;
                continue;
            }
            let (status, text) = (
                answer.status().as_u16(),
                answer.body_mut().read_to_string().unwrap(),
            );
            let Some(form) = Form::of(&text, person).filter(|_| status < 400) else {
                return Ended::Page {
                    status,
                    text: Html::parse_document(&text).root_element().text().collect(),
                };
            };
            let target = here.join(&form.action).unwrap();
            if form.method == "get" {
                let mut asked = target;
                asked.query_pairs_mut().clear().extend_pairs(&form.values);
                answer = self.get(&asked);
                here = asked;
            } else {
                answer = self
                    .agent
                    .post(target.as_str())
                    .send_form(form.values)
                    .expect("the form is sent");
                here = target;
            }
        }
        panic!("the provider's pages go on and on");
    }

    /// Opens an address, such as a loopback redirect, and gives the page's status and text.
    pub fn open(&self, address: &str) -> (u16, String) {
        let mut answer = self.get(&Url::parse(address).expect("an address to open"));
        (
            answer.status().as_u16(),
            answer.body_mut().read_to_string().unwrap(),
        )
    }

    /// The same, of a program that may be gone before it answers.
    pub fn visit(&self, address: &str) -> Option<(u16, String)> {
        let mut answer = self.agent.get(address).call().ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.body_mut().read_to_string().ok()?))
    }

    /// Posts a form to an address, as a page does by itself with `response_mode=form_post`, and gives the page's status
    /// and text.
    pub fn post(&self, address: &str, values: Vec<(String, String)>) -> (u16, String) {
        let mut answer = self
            .agent
            .post(address)
            .send_form(values)
            .expect("the form is sent");
        (
            answer.status().as_u16(),
            answer.body_mut().read_to_string().unwrap(),
        )
    }

    fn get(&self, address: &Url) -> Response<ureq::Body> {
        self.agent.get(address.as_str()).call().expect("the page answers")
    }
}

fn redirect_of(answer: &Response<ureq::Body>, here: &Url) -> Option<Url> {
    let location = answer
        .headers()
        .get("location")
        .filter(|_| answer.status().is_redirection())?;
    here.join(location.to_str().unwrap()).ok()
}

/// A form as the person would send it.
struct Form {
    action: String,
    method: String,
    values: Vec<(String, String)>,
}

impl Form {
    /// The page's form that has the button the person wants, filled in.
    fn of(page: &str, person: &Person) -> Option<Self> {
        let page = Html::parse_document(page);
        let (forms, buttons) = (selector("form"), selector("button, input[type=submit]"));
        page.select(&forms).find_map(|form| {
            let button = form
                .select(&buttons)
                .find(|button| button.attr("value") == Some(&*person.press))?;
            let mut values = fields_of(form, person);
            if let Some(name) = button.attr("name") {
                values.push((name.to_owned(), person.press.clone()));
            }
            Some(Self {
                action: form.attr("action").unwrap_or_default().to_owned(),
                method: form.attr("method").unwrap_or("get").to_ascii_lowercase(),
                values,
            })
        })
    }
}

fn fields_of(form: ElementRef<'_>, person: &Person) -> Vec<(String, String)> {
    let mut values: Vec<(String, String)> = Vec::new();
    for field in form.select(&selector("input[name], select[name]")) {
        let name = field.attr("name").unwrap_or_default();
        let kind = field.attr("type").unwrap_or("text");
        let typed = person
            .fields
            .iter()
            .find(|(wanted, _)| wanted == name)
            .map(|(_, value)| value.as_str());
        let kept = match (field.value().name(), kind) {
            (_, "submit") => None,
            // A choice is made by its value; without a wish the page's own stays.
            (_, "radio" | "checkbox") => field
                .attr("value")
                .filter(|value| typed.map_or(field.attr("checked").is_some(), |typed| typed == *value)),
            ("select", _) => typed.or_else(|| {
                field
                    .select(&selector("option[selected]"))
                    .next()
                    .and_then(|option| option.value().attr("value"))
            }),
            _ => typed.or(field.attr("value")).or(Some("")),
        };
        if let Some(value) = kept {
            values.push((name.to_owned(), value.to_owned()));
        }
    }
    values
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector of ours")
}
