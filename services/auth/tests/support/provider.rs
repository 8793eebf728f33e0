//! A certified OpenID provider as a process of its own, and a browser that walks its forms.
#![allow(clippy::disallowed_types, reason = "tests start programs")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use url::Url;

/// Where the providers that the tests name send browsers back to.
pub fn callback(name: &str) -> String {
    format!("http://localhost:3000/api/v1/auth/oauth/{name}/callback")
}

/// The running provider.
pub struct ProviderProcess {
    pub issuer: String,
    process: Child,
    /// It warns of what only tests may do, and would end if nobody listened.
    _output: Lines<BufReader<ChildStdout>>,
}

impl ProviderProcess {
    /// Starts one that knows this installation under these names.
    pub async fn start(names: &[&str]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let modules = root.join("../../.tools/oidc-provider");
        assert!(
            modules.join("node_modules/oidc-provider").exists(),
            "oidc-provider is not installed: run tools/setup.sh test"
        );
        let mut process = Command::new("node")
            .arg(root.join("tests/provider/server.mjs"))
            .arg(modules)
            .args(names.iter().map(|name| callback(name)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node starts");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let issuer = lines.next_line().await.unwrap().expect("the provider starts");
        Self {
            issuer,
            process,
            _output: lines,
        }
    }

    pub async fn stop(mut self) {
        self.process.kill().await.unwrap();
    }
}

/// Who signs in at the provider, and how.
#[derive(Clone, Debug, Default)]
pub struct Visitor(BTreeMap<&'static str, String>);

impl Visitor {
    pub fn new(subject: &str) -> Self {
        Self::default().with("login", subject)
    }

    /// With an address that the provider vouches for.
    pub fn verified(self, email: &str) -> Self {
        self.with("email", email).with("verified", "true")
    }

    pub fn with(mut self, field: &'static str, value: &str) -> Self {
        self.0.insert(field, value.into());
        self
    }

    /// Follows an authorization URL until the provider sends the browser back, and gives what it brings.
    pub async fn visit(&self, authorization_url: &str) -> BTreeMap<String, String> {
        let browser = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let mut cookies = BTreeMap::<String, String>::new();
        let mut url = Url::parse(authorization_url).unwrap();
        let mut form = false;
        for _ in 0..20 {
            if url.as_str().starts_with("http://localhost:3000/") {
                return url.query_pairs().into_owned().collect();
            }
            let request = if form {
                let mut body = url::form_urlencoded::Serializer::new(String::new());
                body.extend_pairs(&self.0);
                browser
                    .post(url.clone())
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(body.finish())
            } else {
                browser.get(url.clone())
            };
            let sent: Vec<_> = cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let answer = request.header("cookie", sent.join("; ")).send().await.unwrap();
            for cookie in answer.headers().get_all("set-cookie") {
                let pair = cookie.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                cookies.insert(name.into(), value.into());
            }
            if answer.status().is_redirection() {
                let location = answer.headers()["location"].to_str().unwrap().to_owned();
                url = url.join(&location).unwrap();
                form = false;
            } else {
                let status = answer.status();
                let page = answer.text().await.unwrap();
                assert!(status.is_success(), "{url}: {status}: {page}");
                let action = page.split("action=\"").nth(1).expect("the page has a form");
                url = url.join(action.split('"').next().unwrap()).unwrap();
                form = true;
            }
        }
        panic!("the provider goes in circles");
    }
}
