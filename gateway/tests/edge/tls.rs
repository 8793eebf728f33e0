//! TLS at the edge, with certificates made here.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pfms_gateway::config::{Address, ConfigError, Tls};
use rustls::pki_types::CertificateDer;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};

use crate::rig::{Rig, client, config};

const PATIENCE: Duration = Duration::from_secs(20);

/// A certificate for localhost, and where its files are.
struct Certificate {
    der: CertificateDer<'static>,
}

impl Certificate {
    /// Puts a new one into place, as a renewal does: by renaming.
    fn renew(folder: &Path) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        for (name, content) in [
            ("key.pem", made.signing_key.serialize_pem()),
            ("cert.pem", made.cert.pem()),
        ] {
            let new = folder.join(format!("{name}.new"));
            std::fs::write(&new, content).unwrap();
            std::fs::rename(&new, folder.join(name)).unwrap();
        }
        Self {
            der: made.cert.der().clone(),
        }
    }

    fn settings(folder: &Path) -> Tls {
        Tls {
            certificate: folder.join("cert.pem"),
            key: folder.join("key.pem"),
            redirect: Some(Address::loopback(0)),
        }
    }

    /// A connection that trusts this certificate alone.
    fn connect(
        &self,
        rig: &Rig,
        versions: &[&'static SupportedProtocolVersion],
    ) -> StreamOwned<ClientConnection, TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let name = "localhost".try_into().unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let stream = TcpStream::connect(rig.address("edge")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        StreamOwned::new(connection, stream)
    }

    /// The answer to a request, or why there is none.
    fn ask(
        &self,
        rig: &Rig,
        versions: &[&'static SupportedProtocolVersion],
        path: &str,
    ) -> std::io::Result<String> {
        let mut stream = self.connect(rig, versions);
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        )?;
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            Err(error) if answer.is_empty() => Err(error),
            _ => Ok(String::from_utf8_lossy(&answer).into_owned()),
        }
    }
}

/// An edge with TLS on a port that was free a moment ago: a redirection has to name it.
fn edge(folder: &Path) -> Rig {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    Rig::start_with(&crate::redis::url(), |config| {
        config.listen = Address::loopback(port);
        config.tls = Some(Certificate::settings(folder));
        config.limits.headers_arrival_seconds = 2;
    })
}

/// The start of a handshake as a client sends it whose newest version is TLS 1.1.
fn old_hello() -> Vec<u8> {
    let mut body = vec![3, 2];
    body.extend([7; 32]);
    // No session; the suites ECDHE-RSA-AES128-SHA and ECDHE-ECDSA-AES128-SHA; no compression; no extensions.
    body.extend([0, 0, 4, 0xc0, 0x13, 0xc0, 0x09, 1, 0, 0, 0]);
    let length = u8::try_from(body.len()).unwrap();
    let mut hello = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
    hello.extend(body);
    hello
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_speaks_tls_1_2_or_newer_or_is_sent_there() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::renew(folder.path());
    let edge = tokio::task::block_in_place(|| edge(folder.path()));

    for version in [&TLS12, &TLS13] {
        let answer = certificate.ask(&edge, &[version], "/healthz").unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{version:?}: {answer}");
        assert!(
            answer.contains("strict-transport-security: max-age=31536000; includeSubDomains"),
            "{answer}"
        );
        let refused = certificate.ask(&edge, &[version], "/api/v1/expenses").unwrap();
        assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
        assert!(refused.contains("strict-transport-security: "), "{refused}");
    }

    let mut old = TcpStream::connect(edge.address("edge")).unwrap();
    old.set_read_timeout(Some(PATIENCE)).unwrap();
    old.write_all(&old_hello()).unwrap();
    let mut answer = Vec::new();
    let _ = old.read_to_end(&mut answer);
    // A fatal alert: protocol_version.
    assert_eq!(
        (answer.first(), answer.get(5..7)),
        (Some(&21), Some(&[2, 70][..])),
        "{answer:?}"
    );

    let mut plain = TcpStream::connect(edge.address("edge")).unwrap();
    plain.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(plain, "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/"), "plain HTTP is answered");

    // Who connects and says nothing is cut.
    let mut silent = TcpStream::connect(edge.address("edge")).unwrap();
    silent.set_read_timeout(Some(PATIENCE)).unwrap();
    let started = Instant::now();
    let _ = silent.read_to_end(&mut Vec::new());
    assert!(started.elapsed() < PATIENCE, "a handshake may take for ever");

    for (method, path) in [
        ("GET", "/healthz"),
        ("POST", "/api/v1/auth/sign-in"),
        ("GET", "/a?b=c"),
    ] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("http://{}{path}", edge.address("redirect"));
        let answer = client().request(method, url).send().await.unwrap();
        assert_eq!(answer.status(), 308);
        let place = format!("https://{}{path}", edge.address("edge"));
        assert_eq!(answer.headers()["location"], place);
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(!answer.headers().contains_key("server"));
    }
}

#[test]
fn a_renewed_certificate_is_taken_up_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = Certificate::renew(folder.path());
    let edge = edge(folder.path());
    assert!(first.ask(&edge, &[&TLS13], "/healthz").is_ok());
    let second = Certificate::renew(folder.path());
    let started = Instant::now();
    while second.ask(&edge, &[&TLS13], "/healthz").is_err() {
        assert!(started.elapsed() < PATIENCE, "the new certificate is not used");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(first.ask(&edge, &[&TLS13], "/healthz").is_err());
}

#[test]
fn without_tls_no_client_is_told_to_insist_on_it() {
    let answer = crate::rig::get(&crate::rig::rig().address("edge"), "/healthz").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(!answer.contains("strict-transport-security"), "{answer}");
}

#[test]
fn files_that_are_no_certificate_and_key_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path(), "127.0.0.1:1".parse().unwrap());
    config.tls = Some(Certificate::settings(folder.path()));
    let path = folder.path().join("envoy.yaml");
    let refused = |config: &pfms_gateway::EdgeConfig, name: &str| {
        let error = config.write(&path).unwrap_err();
        let ConfigError::Tls { path, .. } = &error else {
            panic!("{error}")
        };
        assert!(path.ends_with(name), "{error}");
    };
    refused(&config, "cert.pem");
    Certificate::renew(folder.path());
    assert!(config.write(&path).is_ok());
    std::fs::write(folder.path().join("key.pem"), "no key").unwrap();
    refused(&config, "key.pem");
}
