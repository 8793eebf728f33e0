//! As much of Redis' protocol as tests need to arrange what the gateway reads.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

/// Where the tests' Redis is.
pub fn url() -> String {
    std::env::var("REDIS_URL")
        .expect("REDIS_URL is not set: run the tests with `make test`, or `pfms with-servers -- cargo test`")
}

/// Sends one command and returns the first line of the answer.
pub fn command(words: &[&str]) -> String {
    let url = url();
    let rest = url
        .strip_prefix("redis://")
        .expect("REDIS_URL starts with redis://");
    let (login, address) = rest.rsplit_once('@').unwrap_or(("", rest));
    let (address, database) = address.split_once('/').unwrap_or((address, "0"));
    let mut stream = BufReader::new(TcpStream::connect(address).expect("Redis is reachable"));
    if let Some((_, password)) = login.split_once(':') {
        send(&mut stream, &["AUTH", password]);
    }
    send(
        &mut stream,
        &["SELECT", if database.is_empty() { "0" } else { database }],
    );
    send(&mut stream, words)
}

fn send(stream: &mut BufReader<TcpStream>, words: &[&str]) -> String {
    let mut request = Vec::new();
    write!(request, "*{}\r\n", words.len()).unwrap();
    for word in words {
        write!(request, "${}\r\n{word}\r\n", word.len()).unwrap();
    }
    stream.get_mut().write_all(&request).unwrap();
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    assert!(!line.starts_with('-'), "{words:?}: {line}");
    line.trim_end().to_owned()
}
