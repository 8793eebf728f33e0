//! A server that can be cut off.

use std::net::Ipv4Addr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// Stands before a server, and passes everything on until it is cut.
pub struct Proxy {
    url: String,
    cut: watch::Sender<bool>,
}

impl Proxy {
    /// Stands before the server of a URL. Lives as long as the runtime that it is started in.
    pub async fn before(url: &str) -> Self {
        let mut url = Url::parse(url).expect("a URL");
        let default = match url.scheme() {
            "amqp" => 5672,
            "redis" => 6379,
            _ => 5432,
        };
        let server = (
            url.host_str().expect("a host").to_owned(),
            url.port().unwrap_or(default),
        );
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        url.set_host(Some("127.0.0.1")).expect("the URL has a host");
        url.set_port(Some(port)).expect("the URL has a host");
        let cut = watch::Sender::new(false);
        tokio::spawn(accept(listener, server, cut.subscribe()));
        Self { url: url.into(), cut }
    }

    /// The server's URL through here.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends every connection, and each new one at once, as a server does that is not there.
    pub fn cut(&self) {
        self.cut.send_replace(true);
    }

    /// Passes on again.
    pub fn restore(&self) {
        self.cut.send_replace(false);
    }
}

async fn accept(listener: TcpListener, server: (String, u16), cut: watch::Receiver<bool>) {
    while let Ok((client, _)) = listener.accept().await {
        if !*cut.borrow() {
            tokio::spawn(pass(client, server.clone(), cut.clone()));
        }
    }
}

async fn pass(mut client: TcpStream, server: (String, u16), mut cut: watch::Receiver<bool>) {
    let passing = async {
        let mut server = TcpStream::connect(server).await?;
        copy_bidirectional(&mut client, &mut server).await
    };
    tokio::select! {
        _ = passing => {}
        () = async { drop(cut.wait_for(|cut| *cut).await) } => {}
    }
}
