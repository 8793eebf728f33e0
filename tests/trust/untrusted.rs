//! A server on this machine whose certificate nobody has reason to trust.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{AlertDescription, ServerConfig, ServerConnection};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What comes before TLS.
#[derive(Clone, Copy, Debug)]
pub enum Before {
    Nothing,
    /// PostgreSQL's question whether the server speaks TLS.
    Postgres,
    /// SMTP up to STARTTLS.
    Smtp,
}

/// How a handshake ended.
#[derive(Debug)]
pub enum Ended {
    /// The client took the certificate, and sent these bytes afterwards.
    Trusted(Vec<u8>),
    /// The client said what it has against the certificate.
    Refused(AlertDescription),
    /// The client asked for this server, saw the certificate, and went away.
    Left,
    /// Something else.
    #[allow(dead_code, reason = "a test that fails shows it")]
    Broken(io::Error),
}

/// The server.
pub struct Untrusted {
    pub port: u16,
    /// Its certificate.
    pub pem: String,
    ended: Receiver<Ended>,
}

impl Untrusted {
    pub fn start(before: Before) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::from(key))
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, ended) = channel();
        std::thread::spawn(move || serve(&listener, &Arc::new(config), before, &sender));
        Self {
            port,
            pem: made.cert.pem(),
            ended,
        }
    }

    /// How the next handshake ended; waits for it.
    pub async fn next(self) -> (Self, Ended) {
        let waiting = tokio::task::spawn_blocking(move || {
            let ended = self.ended.recv_timeout(PATIENCE).expect("nobody connected");
            (self, ended)
        });
        waiting.await.unwrap()
    }

    /// Waits for a client, which has to speak TLS and then to say that it does not trust this server, or to go away.
    pub async fn assert_refused(self, by: &str) {
        let (_, ended) = self.next().await;
        let refused = matches!(
            ended,
            Ended::Left
                | Ended::Refused(
                    AlertDescription::UnknownCA
                        | AlertDescription::BadCertificate
                        | AlertDescription::CertificateUnknown
                )
        );
        assert!(refused, "{by}: {ended:?}");
    }
}

fn serve(listener: &TcpListener, config: &Arc<ServerConfig>, before: Before, sender: &Sender<Ended>) {
    for stream in listener.incoming() {
        let ended = stream
            .and_then(|stream| meet(stream, config, before))
            .unwrap_or_else(|error| match alert(&error) {
                Some(alert) => Ended::Refused(alert),
                None => Ended::Broken(error),
            });
        if sender.send(ended).is_err() {
            return;
        }
    }
}

fn meet(mut stream: TcpStream, config: &Arc<ServerConfig>, before: Before) -> io::Result<Ended> {
    stream.set_read_timeout(Some(PATIENCE))?;
    match before {
        Before::Nothing => {}
        Before::Postgres => {
            stream.read_exact(&mut [0; 8])?;
            stream.write_all(b"S")?;
        }
        Before::Smtp => until_starttls(&mut stream)?,
    }
    let mut tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    while tls.is_handshaking() {
        match tls.complete_io(&mut stream) {
            Ok(_) => {}
            Err(error)
                if error.kind() == io::ErrorKind::UnexpectedEof && tls.server_name() == Some("localhost") =>
            {
                return Ok(Ended::Left);
            }
            Err(error) => return Err(error),
        }
    }
    // With TLS 1.3 a client may be done before it looks at what the server sent last.
    let mut first = vec![0; 1_024];
    let mut stream = rustls::StreamOwned::new(tls, stream);
    let length = stream.read(&mut first)?;
    first.truncate(length);
    Ok(Ended::Trusted(first))
}

fn until_starttls(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"220 test ESMTP\r\n")?;
    let mut line = String::new();
    let mut lines = BufReader::with_capacity(1, stream.try_clone()?);
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.starts_with("STARTTLS") {
            return stream.write_all(b"220 go on\r\n");
        }
        stream.write_all(b"250-test\r\n250 STARTTLS\r\n")?;
    }
}

/// What the client has against the connection.
fn alert(error: &io::Error) -> Option<AlertDescription> {
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::AlertReceived(alert) => Some(*alert),
        _ => None,
    }
}

/// A server that speaks no TLS: it answers so, and remembers what it is sent afterwards.
pub struct Plain {
    pub port: u16,
    received: Receiver<Vec<u8>>,
}

impl Plain {
    pub fn start(before: Before) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, received) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let received = stream
                    .and_then(|stream| listen(stream, before))
                    .unwrap_or_default();
                if sender.send(received).is_err() {
                    return;
                }
            }
        });
        Self { port, received }
    }

    /// Everything that the next client sent after it knew that there is no TLS.
    pub async fn received(self) -> Vec<u8> {
        let waiting = tokio::task::spawn_blocking(move || self.received.recv_timeout(PATIENCE));
        waiting.await.unwrap().expect("nobody connected")
    }
}

fn listen(mut stream: TcpStream, before: Before) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    match before {
        Before::Nothing => {}
        Before::Postgres => {
            stream.read_exact(&mut [0; 8])?;
            stream.write_all(b"N")?;
        }
        Before::Smtp => {
            stream.write_all(b"220 test ESMTP\r\n")?;
            let mut line = String::new();
            BufReader::with_capacity(1, stream.try_clone()?).read_line(&mut line)?;
            stream.write_all(b"250 no more than this\r\n")?;
        }
    }
    let mut received = Vec::new();
    stream.read_to_end(&mut received)?;
    Ok(received)
}
