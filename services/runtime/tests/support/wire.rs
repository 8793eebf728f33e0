//! A way to the broker that can be cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// Passes connections on while it is whole, and ends them all when it is cut.
pub struct Wire {
    url: Url,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, Default)]
struct State {
    is_cut: bool,
    /// A connection notices a cut also when the wire is whole again by then.
    cuts: usize,
}

impl Wire {
    /// To the server of this URL.
    pub async fn to(server: &str) -> Self {
        let mut url = Url::parse(server).unwrap();
        let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5672));
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let (state, watched) = watch::channel(State::default());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, target.clone(), watched.clone()));
            }
        });
        Self { url, state }
    }

    /// Where clients connect.
    pub fn url(&self) -> String {
        self.url.to_string()
    }

    /// Ends all connections, and every new one.
    pub fn cut(&self) {
        self.state.send_modify(|state| {
            state.is_cut = true;
            state.cuts += 1;
        });
    }

    /// Passes connections on again.
    pub fn restore(&self) {
        self.state.send_modify(|state| state.is_cut = false);
    }
}

async fn pass(mut client: TcpStream, target: String, mut state: watch::Receiver<State>) {
    let State { is_cut, cuts } = *state.borrow();
    if is_cut {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target).await else {
        return;
    };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = state.wait_for(|state| state.cuts != cuts) => {}
    }
}
