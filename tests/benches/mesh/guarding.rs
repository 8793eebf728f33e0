//! What guarding costs: verifying a token, asking the gateway service about each request, and people who sign in
//! meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use pfms_proto::auth::v1::{JsonWebKey, JsonWebKeySet};
use pfms_runtime::Clock;
use pfms_runtime::identity::{ACCESS_TYPE, MeshTokens, StaticKeys, TokenVerifier};
use pfms_tests::tokens::claims;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::aside::{Aside, YesSayer};
use crate::load::{self, Call};
use crate::mesh::Mesh;
use crate::people::People;
use crate::stats::{Ratio, median, percentile, ratio};
use crate::{Result, say, writes};

/// Interleaved rounds.
pub const ROUNDS: usize = 5;
/// Tokens that are verified in each round, once and once more.
pub const TOKENS: usize = 1_000;
/// Seconds of load on each edge in each round.
pub const TIME: Duration = Duration::from_secs(4);
/// Requests of one client in each round, with and without sign-ins beside them.
pub const REQUESTS: usize = 400;
/// People who sign in again and again at the same time.
const SIGNING_IN: usize = 4;
const KEY_ID: &str = "bench";
const LIST: &str = "/api/v1/expenses?pageSize=1";

/// Of each round.
#[derive(Default)]
pub struct Guarding {
    /// Microseconds for each token that was verified before.
    cached: Vec<f64>,
    /// Microseconds for each token that was not.
    uncached: Vec<f64>,
    /// Answers per second of the edge.
    asking: Vec<f64>,
    /// Answers per second of the same edge without `ext_authz`.
    unasked: Vec<f64>,
    /// Answers per second of the same edge when whom it asks says yes at once.
    agreed: Vec<f64>,
    /// Expenses recorded per second through the edge.
    asking_writes: Vec<f64>,
    /// Expenses recorded per second through the same edge without `ext_authz`.
    unasked_writes: Vec<f64>,
    /// Milliseconds, p50, while nobody signs in.
    quiet: Vec<f64>,
    /// Milliseconds, p50, while people sign in all the time.
    busy: Vec<f64>,
}

impl Guarding {
    /// Time of a verification: cached ÷ uncached.
    pub fn cached_to_uncached(&self) -> Ratio {
        ratio(&self.cached, &self.uncached)
    }

    /// Throughput of reads: with `ext_authz` ÷ without.
    pub fn asking_to_unasked(&self) -> Ratio {
        ratio(&self.asking, &self.unasked)
    }

    /// Throughput of reads: with `ext_authz` ÷ with a server that says yes at once.
    pub fn asking_to_agreed(&self) -> Ratio {
        ratio(&self.asking, &self.agreed)
    }

    /// Throughput of writes: with `ext_authz` ÷ without.
    pub fn asking_to_unasked_writes(&self) -> Ratio {
        ratio(&self.asking_writes, &self.unasked_writes)
    }

    /// Time of a request: beside sign-ins ÷ without any.
    pub fn busy_to_quiet(&self) -> Ratio {
        ratio(&self.busy, &self.quiet)
    }

    /// Medians of the rounds, in the order of the fields.
    pub fn medians(&self) -> [f64; 9] {
        [
            &self.cached,
            &self.uncached,
            &self.asking,
            &self.unasked,
            &self.agreed,
            &self.asking_writes,
            &self.unasked_writes,
            &self.quiet,
            &self.busy,
        ]
        .map(|values| median(values))
    }
}

/// Measures all three.
pub async fn measure(mesh: &Mesh, people: &mut People) -> Result<Guarding> {
    let mut guarding = Guarding::default();
    say("verifying tokens");
    for _ in 0..ROUNDS {
        verify(&mut guarding).await?;
    }

    say("the edge with and without ext_authz");
    people.sign_in(mesh).await?;
    edges(mesh, people, &mut guarding).await?;

    say("requests beside sign-ins");
    people.sign_in(mesh).await?;
    let call = Call::get(&mesh.edge(), LIST, &people.0[0])?;
    let channel = &mut load::connect(&mesh.edge()).await?[0];
    for _ in 0..ROUNDS {
        mesh.settle().await?;
        guarding.quiet.push(one_client(channel, &call).await?);
        let signing_in = SigningIn::start(mesh, people);
        guarding.busy.push(one_client(channel, &call).await?);
        signing_in.stop().await?;
    }
    Ok(guarding)
}

/// The edge, the same without the question, and the same asking a server that says yes at once, in turn.
async fn edges(mesh: &Mesh, people: &People, guarding: &mut Guarding) -> Result<()> {
    let yes = YesSayer::start().await?;
    let (without, agreeing) = (
        Aside::unasked(mesh).await?,
        Aside::asking(mesh, yes.address).await?,
    );
    let [asking, unasked, agreed] = [mesh.edge(), without.base(), agreeing.base()];
    let read = |base: &str| writes::each(people, |person| Call::get(base, LIST, person));
    let write = |base: &str| writes::each(people, |person| writes::rest(base, person));
    let (asking_reads, unasked_reads, agreed_reads) = (read(&asking)?, read(&unasked)?, read(&agreed)?);
    let (asking_writes, unasked_writes) = (write(&asking)?, write(&unasked)?);
    let asking = load::connect(&asking).await?;
    let unasked = load::connect(&unasked).await?;
    let agreed = load::connect(&agreed).await?;
    for _ in 0..ROUNDS {
        for (rates, channels, calls) in [
            (&mut guarding.asking, &asking, &asking_reads),
            (&mut guarding.unasked, &unasked, &unasked_reads),
            (&mut guarding.agreed, &agreed, &agreed_reads),
            (&mut guarding.asking_writes, &asking, &asking_writes),
            (&mut guarding.unasked_writes, &unasked, &unasked_writes),
        ] {
            mesh.settle().await?;
            rates.push(load::for_time(channels, calls, TIME).await?);
        }
    }
    Ok(())
}

/// A verifier of its own for each round, so that each token is new to it.
async fn verify(guarding: &mut Guarding) -> Result<()> {
    let failed = |_| "a key cannot be made";
    let pair = Ed25519KeyPair::generate().map_err(failed)?;
    let document = pair.to_pkcs8().map_err(failed)?;
    let signing = EncodingKey::from_ed_der(document.as_ref());
    let key = JsonWebKey {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        x: URL_SAFE_NO_PAD.encode(pair.public_key()),
        kid: KEY_ID.to_owned(),
        alg: "EdDSA".to_owned(),
        r#use: "sig".to_owned(),
    };
    let header = Header {
        kid: Some(KEY_ID.to_owned()),
        typ: Some(ACCESS_TYPE.to_owned()),
        ..Header::new(Algorithm::EdDSA)
    };
    let mut tokens = Vec::with_capacity(TOKENS);
    for _ in 0..TOKENS {
        tokens.push(encode(
            &header,
            &claims(Uuid::now_v7(), Uuid::now_v7()),
            &signing,
        )?);
    }
    let clock = Clock::system();
    let master = pfms_runtime::secrets::MasterKey::parse(&"5e".repeat(32))?;
    let mesh = MeshTokens::new(&master, clock.clone());
    let keys = StaticKeys(JsonWebKeySet { keys: vec![key] });
    let verifier = TokenVerifier::new(Arc::new(keys), mesh, clock);
    for times in [&mut guarding.uncached, &mut guarding.cached] {
        let started = Instant::now();
        for token in &tokens {
            std::hint::black_box(verifier.verify(token).await?);
        }
        times.push(started.elapsed().as_secs_f64() * 1e6 / TOKENS as f64);
    }
    Ok(())
}

/// Milliseconds, p50, of one request after the other.
async fn one_client(channel: &mut tonic::transport::Channel, call: &Call) -> Result<f64> {
    let mut times = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let started = Instant::now();
        call.send(channel).await?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(percentile(&times, 0.5))
}

/// People who sign in again and again.
struct SigningIn {
    stop: Arc<AtomicBool>,
    people: JoinSet<Result<()>>,
}

impl SigningIn {
    fn start(mesh: &Mesh, people: &People) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut set = JoinSet::new();
        for person in people.0.iter().rev().take(SIGNING_IN) {
            let (stop, again) = (Arc::clone(&stop), person.again(mesh));
            set.spawn(async move {
                let mut again = again;
                while !stop.load(Ordering::Relaxed) {
                    again.sign_in().await?;
                }
                Ok(())
            });
        }
        Self { stop, people: set }
    }

    async fn stop(mut self) -> Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(person) = self.people.join_next().await {
            person??;
        }
        Ok(())
    }
}
