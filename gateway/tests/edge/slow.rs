//! Clients that take their time, and clients that are too many.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::rig::Rig;

/// Longer than any limit of this edge, shorter than every default.
const PATIENCE: Duration = Duration::from_secs(20);
const CONNECTIONS: u32 = 6;

/// An edge that waits for seconds only.
fn impatient() -> &'static Rig {
    static RIG: OnceLock<Rig> = OnceLock::new();
    RIG.get_or_init(|| {
        Rig::start_with(&crate::redis::url(), |config| {
            config.limits.headers_arrival_seconds = 1;
            config.limits.request_arrival_seconds = 2;
        })
    })
}

/// A plain connection to the edge.
pub fn connect(rig: &Rig) -> TcpStream {
    let stream = TcpStream::connect(rig.address("edge")).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// What comes until the other side closes.
pub fn rest(mut stream: TcpStream) -> String {
    let started = Instant::now();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(started.elapsed() < PATIENCE, "the connection was left open");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_client_that_sends_its_headers_slowly_is_cut() {
    let mut stream = connect(impatient());
    write!(stream, "GET /api/v1/expenses HTTP/1.1\r\nhost: edge\r\nx-slow: ").unwrap();
    let answer = rest(stream);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("x-content-type-options: nosniff"), "{answer}");
    assert!(answer.contains("REQUEST_TIMEOUT"), "{answer}");
}

#[test]
fn a_client_that_sends_its_body_slowly_is_cut() {
    for path in ["/api/v1/auth/sign-in", "/api/v1/auth/register"] {
        let mut stream = connect(impatient());
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nhost: edge\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
        )
        .unwrap();
        let answer = rest(stream);
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("REQUEST_TIMEOUT"), "{answer}");
    }
}

#[test]
fn headers_that_are_too_many_or_too_large_are_refused() {
    for headers in [
        format!("x-large: {}\r\n", "x".repeat(40_000)),
        "x: 1\r\n".repeat(200),
    ] {
        let mut stream = connect(impatient());
        let request = format!("GET /healthz HTTP/1.1\r\nhost: edge\r\n{headers}\r\n");
        let _ = stream.write_all(request.as_bytes());
        let answer = rest(stream);
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
        assert!(answer.contains("x-content-type-options: nosniff"), "{answer}");
    }
}

/// A connection over which a request was answered, and that stays open.
fn served(rig: &Rig) -> Option<TcpStream> {
    let mut stream = connect(rig);
    write!(stream, "GET /healthz HTTP/1.1\r\nhost: edge\r\n\r\n").ok()?;
    let mut start = [0; 12];
    stream.read_exact(&mut start).ok()?;
    assert_eq!(&start, b"HTTP/1.1 200");
    Some(stream)
}

#[test]
fn connections_beyond_the_limit_are_closed_until_one_ends() {
    let rig = Rig::start_with(&crate::redis::url(), |config| {
        config.limits.max_connections = CONNECTIONS;
    });
    let mut open: Vec<_> = (0..CONNECTIONS).filter_map(|_| served(&rig)).collect();
    assert_eq!(open.len(), 6);
    assert!(served(&rig).is_none(), "one too many was served");
    open.pop();
    let started = Instant::now();
    while served(&rig).is_none() {
        assert!(started.elapsed() < PATIENCE, "the free place is not given");
        std::thread::sleep(Duration::from_millis(20));
    }
}
