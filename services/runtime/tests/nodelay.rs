//! What is small is sent at once. Without it an answer waits for the acknowledgement of the one before it on the same
//! connection, which the other side may delay by 40 ms. What is asked here is the kernel, about the connections that this
//! process holds: a library may take the setting and not apply it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::net::{SocketAddr, TcpStream};

use pfms_runtime::testing::Harness;
use pfms_runtime::{Parts, Service};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use url::Url;

const PROBE: &str = "probe";

#[tokio::test]
async fn connections_that_a_service_accepts_send_at_once() {
    let harness = Harness::start(vec![Service::new(PROBE, 3001, |_| async { Ok(Parts::new()) })]).await;
    let address = harness.address(PROBE);
    // An answer has come on the connection, so it is accepted and set up.
    HealthClient::new(harness.anonymous(PROBE))
        .check(HealthCheckRequest::default())
        .await
        .unwrap();
    assert_send_at_once(&held(|stream| {
        stream
            .local_addr()
            .is_ok_and(|local| local.port() == port(&address))
    }));
    harness.stop().await;
}

#[tokio::test]
async fn connections_to_redis_send_at_once() {
    let harness = Harness::start(vec![]).await;
    let redis = harness.redis();
    redis.wait().await.unwrap();
    redis.ping().await.unwrap();
    let server = harness.settings().redis_url.clone();
    assert_send_at_once(&held(|stream| {
        stream.peer_addr().is_ok_and(|peer| peer.port() == port(&server))
    }));
    harness.stop().await;
}

fn port(url: &str) -> u16 {
    Url::parse(url).unwrap().port().unwrap()
}

fn assert_send_at_once(connections: &[TcpStream]) {
    assert!(!connections.is_empty(), "there is no such connection");
    for connection in connections {
        let ends: [SocketAddr; 2] = [connection.local_addr().unwrap(), connection.peer_addr().unwrap()];
        assert!(connection.nodelay().unwrap(), "{ends:?} holds back what is small");
    }
}

/// The open TCP connections of this process that are meant, each by a descriptor of its own.
fn held(meant: impl Fn(&TcpStream) -> bool) -> Vec<TcpStream> {
    let this = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
    let numbers = std::fs::read_dir("/proc/self/fd").unwrap();
    let mut found = Vec::new();
    for number in numbers {
        let number = number.unwrap().file_name().to_str().unwrap().parse().unwrap();
        // Other tests close theirs meanwhile.
        let Ok(file) = pidfd_getfd(&this, number, PidfdGetfdFlags::empty()) else {
            continue;
        };
        // What is no connected socket has no peer.
        let stream = TcpStream::from(file);
        if stream.peer_addr().is_ok() && meant(&stream) {
            found.push(stream);
        }
    }
    found
}
