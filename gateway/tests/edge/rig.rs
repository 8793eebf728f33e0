//! One Envoy and one set of services for all tests of this program.

use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::routing::get as on_get;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use pfms_gateway::config::{Address, EdgeConfig, Upstream};
use pfms_proto::auth::v1::{JsonWebKey, JsonWebKeySet};
use pfms_runtime::identity::{ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_TYPE, AccessClaims};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::backend::{self, State};

/// Requests per minute in these tests.
pub const LIMIT: u32 = 100;
/// The origin whose pages may call.
pub const ORIGIN: &str = "https://app.example.com";
/// Requests per minute and address to public writes in these tests.
pub const PUBLIC_LIMIT: u32 = 40;

/// A running edge.
pub struct Rig {
    /// Where clients connect.
    pub base: String,
    /// What the services behind it were asked.
    pub state: Arc<State>,
    /// Files of this edge.
    pub folder: tempfile::TempDir,
    /// Where Envoy's own administration listens.
    pub admin: String,
    document: Vec<u8>,
    key: EncodingKey,
    _envoy: Child,
}

/// A signed-in person.
pub struct Person {
    pub user_id: Uuid,
    pub session_id: Uuid,
    pub token: String,
}

/// The edge that all tests share.
pub fn rig() -> &'static Rig {
    static RIG: OnceLock<Rig> = OnceLock::new();
    RIG.get_or_init(|| Rig::start(&crate::redis::url()))
}

impl Rig {
    /// Starts an edge whose gateway service counts in this Redis.
    pub fn start(redis_url: &str) -> Self {
        Self::start_with(redis_url, |_| {})
    }

    /// The same with other settings.
    pub fn start_with(redis_url: &str, change: impl FnOnce(&mut EdgeConfig)) -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).unwrap();
        Self::build(redis_url, document.as_ref().to_vec(), change)
    }

    /// Another edge of the same mesh: the same keys and the same Redis.
    pub fn twin(&self) -> Self {
        Self::build(&crate::redis::url(), self.document.clone(), |_| {})
    }

    fn build(redis_url: &str, document: Vec<u8>, change: impl FnOnce(&mut EdgeConfig)) -> Self {
        let pair = Ed25519KeyPair::from_pkcs8(&document).unwrap();
        let public = JsonWebKey {
            kty: "OKP".into(),
            crv: "Ed25519".into(),
            x: BASE64_URL_SAFE_NO_PAD.encode(pair.public_key()),
            kid: "test".into(),
            alg: "EdDSA".into(),
            r#use: "sig".into(),
        };
        let state = Arc::new(State::default());
        state.keys.lock().unwrap().push(public.clone());
        let services = serve(
            Arc::clone(&state),
            JsonWebKeySet { keys: vec![public] },
            redis_url.to_owned(),
        );

        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path(), services);
        change(&mut config);
        let path = folder.path().join("envoy.yaml");
        config.write(&path).unwrap();
        let (envoy, admin) = start_envoy(folder.path(), &path);
        let base = format!("http://{}", listener(&admin, "edge"));
        Self {
            base,
            state,
            folder,
            admin,
            key: EncodingKey::from_ed_der(&document),
            document,
            _envoy: envoy,
        }
    }

    /// Where a listener of the configuration listens.
    pub fn address(&self, name: &str) -> String {
        listener(&self.admin, name)
    }

    /// A person of whose session Redis knows nothing yet.
    pub fn person(&self) -> Person {
        let (user_id, session_id) = (Uuid::now_v7(), Uuid::now_v7());
        let token = self.sign(&claims(user_id, session_id));
        Person {
            user_id,
            session_id,
            token,
        }
    }

    /// Signs claims as auth does.
    pub fn sign(&self, claims: &impl Serialize) -> String {
        let header = Header {
            kid: Some("test".into()),
            typ: Some(ACCESS_TYPE.into()),
            ..Header::new(Algorithm::EdDSA)
        };
        encode(&header, claims, &self.key).unwrap()
    }

    /// A request to the edge.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        client().request(method, format!("{}{path}", self.base))
    }

    /// A request of a person.
    pub fn call(&self, person: &Person, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.request(method, path).bearer_auth(&person.token)
    }

    /// A connection for gRPC.
    pub async fn channel(&self) -> tonic::transport::Channel {
        tonic::transport::Endpoint::from_shared(self.base.clone())
            .unwrap()
            .connect()
            .await
            .unwrap()
    }
}

/// Claims of a token that was just issued.
pub fn claims(user_id: Uuid, session_id: Uuid) -> AccessClaims {
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    AccessClaims {
        iss: ACCESS_ISSUER.into(),
        aud: ACCESS_AUDIENCE.into(),
        sub: user_id,
        sid: session_id,
        auth_time: now,
        iat: now,
        exp: now + 300,
        scope: None,
    }
}

/// An HTTP client that neither unpacks nor follows.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// Checks that an answer is an error in the one shape, and returns its body.
pub async fn error(response: reqwest::Response, status: u16, code: i32, reason: &str) -> Value {
    let headers = response.headers().clone();
    let got = response.status().as_u16();
    let text = response.text().await.unwrap();
    assert_eq!(got, status, "{text}");
    assert_eq!(headers["content-type"], "application/json", "{text}");
    assert!(!headers.contains_key("grpc-status"), "{headers:?}");
    assert!(!headers.contains_key("grpc-message"), "{headers:?}");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"));
    let keys = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect::<std::collections::BTreeSet<_>>();
    assert_eq!(keys, ["code", "details", "message"].into(), "{body}");
    assert_eq!(body["code"], json!(code), "{body}");
    assert!(!body["message"].as_str().unwrap().is_empty(), "{body}");
    let info = body["details"]
        .as_array()
        .unwrap()
        .iter()
        .find(|detail| detail["@type"] == "type.googleapis.com/google.rpc.ErrorInfo")
        .unwrap_or_else(|| panic!("no ErrorInfo: {body}"));
    assert_eq!(info["reason"], reason, "{body}");
    assert_eq!(info["domain"], "pfms", "{body}");
    assert!(info["metadata"].is_object(), "{body}");
    body
}

/// The settings of a test's edge.
pub fn config(folder: &Path, services: SocketAddr) -> EdgeConfig {
    let upstreams = [
        "auth",
        "user",
        "expense",
        "tax",
        "automation",
        "notification",
        "gateway",
    ]
    .map(|name| Upstream {
        name: name.into(),
        host: services.ip().to_string(),
        port: services.port(),
    });
    let mut config = EdgeConfig::new(
        Address::loopback(0),
        Address::loopback(0),
        upstreams.to_vec(),
        folder,
    );
    config.allowed_origins = vec![ORIGIN.into()];
    config.limits.request_timeout_seconds = 3;
    config.limits.public_per_minute = PUBLIC_LIMIT;
    config
}

/// The Envoy binary of the project's tools.
pub fn envoy() -> PathBuf {
    let path = std::env::var_os("ENVOY").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/venv/bin/envoy"),
        PathBuf::from,
    );
    assert!(
        path.exists(),
        "{} is missing: run `make tools`, or name the binary in ENVOY",
        path.display()
    );
    path
}

/// Serves from a thread of its own, because each test has a runtime of its own that ends with it.
fn serve(state: Arc<State>, keys: JsonWebKeySet, redis_url: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        runtime.unwrap().block_on(async move {
            let jwks = json!({"keys": keys.keys.iter().map(|key| json!({
                "kty": key.kty, "crv": key.crv, "x": key.x, "kid": key.kid, "alg": key.alg, "use": key.r#use,
            })).collect::<Vec<_>>()})
            .to_string();
            let authorize = crate::sessions::authorize(address, keys, &redis_url);
            let routes = backend::routes(state)
                .into_axum_router()
                .merge(authorize)
                .merge(pfms_gateway::docs::router())
                .route("/.well-known/jwks.json", on_get(async || jwks));
            axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), routes)
                .await
                .unwrap();
        });
    });
    address
}

/// Starts Envoy under a shell that ends it when this program ends, however that happens: statics are not dropped.
#[allow(clippy::zombie_processes)]
fn start_envoy(folder: &Path, config: &Path) -> (Child, String) {
    let admin = folder.join("admin");
    let child = Command::new("sh")
        .args(["-c", "\"$@\" </dev/null & cat >/dev/null; kill -9 $!", "sh"])
        .arg(envoy())
        .args(EdgeConfig::arguments(config, 2))
        .arg("--admin-address-path")
        .arg(&admin)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join("envoy.log")).unwrap())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let address = std::fs::read_to_string(&admin).unwrap_or_default();
        if !address.is_empty() && get(&address, "/ready").is_some_and(|answer| answer.contains("LIVE")) {
            return (child, address);
        }
        let log = || std::fs::read_to_string(folder.join("envoy.log")).unwrap_or_default();
        assert!(Instant::now() < deadline, "Envoy is not ready:\n{}", log());
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn listener(admin: &str, name: &str) -> String {
    let answer = get(admin, "/listeners").unwrap();
    answer
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name}::")))
        .unwrap_or_else(|| panic!("no listener is named {name}: {answer}"))
        .to_owned()
}

/// A plain HTTP GET, for a thread without a runtime.
pub fn get(address: &str, path: &str) -> Option<String> {
    use std::io::Write;
    let mut stream = std::net::TcpStream::connect(address).ok()?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: edge\r\nconnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}
