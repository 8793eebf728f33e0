//! Auth's public keys, held for a while.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::DecodingKey;
use pfms_proto::auth::v1::JsonWebKeySet;
use tokio::sync::{Mutex, RwLock};

use super::KeySource;
use crate::error::chain;
use crate::{Clock, Error};

/// Keys are fetched again when a token names an unknown one, but not more often than this.
const REFETCH_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// Keys of this age are fetched again, so that one that is published no more is forgotten.
const FRESH: SignedDuration = SignedDuration::from_mins(1);
/// Keys of this age are used no more, even when no others can be had.
const USABLE: SignedDuration = SignedDuration::from_hours(1);

#[derive(Default)]
struct Held {
    keys: HashMap<String, DecodingKey>,
    /// When they were fetched.
    fetched: Option<Timestamp>,
    /// When it was last tried to fetch them.
    tried: Option<Timestamp>,
}

/// The keys that verify access tokens.
pub(super) struct KeyCache {
    source: Arc<dyn KeySource>,
    clock: Clock,
    held: RwLock<Held>,
    /// Held by the one call that fetches.
    fetching: Mutex<()>,
}

impl KeyCache {
    pub fn new(source: Arc<dyn KeySource>, clock: Clock) -> Self {
        Self {
            source,
            clock,
            held: RwLock::default(),
            fetching: Mutex::default(),
        }
    }

    /// The key of this name, when it is published.
    ///
    /// # Errors
    /// When the keys are needed and cannot be had.
    pub async fn key(&self, kid: &str) -> Result<Option<DecodingKey>, Error> {
        let (key, age) = self.look_up(kid).await;
        match (&key, age) {
            (Some(_), Some(age)) if age < FRESH => return Ok(key),
            (Some(_), Some(age)) if age < USABLE => {
                // One call fetches, the others need not wait for it.
                let Ok(_fetching) = self.fetching.try_lock() else {
                    return Ok(key);
                };
                if let Err(error) = self.fetch().await {
                    tracing::warn!(error = %chain(&error), "signing keys are not fetched again");
                    return Ok(key);
                }
            }
            _ => {
                let _fetching = self.fetching.lock().await;
                self.fetch().await?;
            }
        }
        Ok(self.look_up(kid).await.0)
    }

    async fn look_up(&self, kid: &str) -> (Option<DecodingKey>, Option<SignedDuration>) {
        let held = self.held.read().await;
        (held.keys.get(kid).cloned(), self.age(held.fetched))
    }

    /// How long ago something was; a clock that was set back makes nothing younger.
    fn age(&self, since: Option<Timestamp>) -> Option<SignedDuration> {
        since.map(|since| self.clock.now().duration_since(since).abs())
    }

    /// Fetches the keys, unless those that are held are usable and it was tried a moment ago.
    async fn fetch(&self) -> Result<(), Error> {
        let (fetched, tried) = {
            let held = self.held.read().await;
            (self.age(held.fetched), self.age(held.tried))
        };
        if fetched.is_some_and(|age| age < USABLE) && tried.is_some_and(|age| age < REFETCH_AFTER) {
            return Ok(());
        }
        let fetched = self.source.fetch().await;
        let now = self.clock.now();
        let mut held = self.held.write().await;
        match fetched {
            Ok(set) => {
                *held = Held {
                    keys: decoding_keys(set),
                    fetched: Some(now),
                    tried: Some(now),
                };
                Ok(())
            }
            Err(error) => {
                held.tried = Some(now);
                Err(error)
            }
        }
    }
}

fn decoding_keys(set: JsonWebKeySet) -> HashMap<String, DecodingKey> {
    set.keys
        .into_iter()
        .filter(|key| key.kty == "OKP" && key.crv == "Ed25519")
        .filter_map(|key| Some((key.kid, DecodingKey::from_ed_components(&key.x).ok()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex as StdMutex;

    use async_trait::async_trait;
    use pfms_proto::auth::v1::JsonWebKey;

    use super::*;

    /// Publishes the keys of these names; without names it is away.
    #[derive(Default)]
    struct Source {
        names: StdMutex<Vec<&'static str>>,
        fetches: StdMutex<u32>,
    }

    impl Source {
        fn publish(&self, names: &[&'static str]) {
            *self.names.lock().unwrap() = names.to_vec();
        }

        fn fetches(&self) -> u32 {
            *self.fetches.lock().unwrap()
        }
    }

    #[async_trait]
    impl KeySource for Source {
        async fn fetch(&self) -> Result<JsonWebKeySet, Error> {
            *self.fetches.lock().unwrap() += 1;
            let names = self.names.lock().unwrap().clone();
            if names.is_empty() {
                return Err(Error::internal("away"));
            }
            let keys = names.into_iter().map(|kid| JsonWebKey {
                kty: "OKP".into(),
                crv: "Ed25519".into(),
                x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".into(),
                kid: kid.into(),
                alg: "EdDSA".into(),
                r#use: "sig".into(),
            });
            Ok(JsonWebKeySet { keys: keys.collect() })
        }
    }

    fn cache(names: &[&'static str]) -> (Arc<Source>, Clock, KeyCache) {
        let source = Arc::new(Source::default());
        source.publish(names);
        let clock = Clock::fixed(Timestamp::constant(1_800_000_000, 0));
        let cache = KeyCache::new(Arc::clone(&source) as Arc<dyn KeySource>, clock.clone());
        (source, clock, cache)
    }

    async fn knows(cache: &KeyCache, kid: &str) -> bool {
        cache.key(kid).await.unwrap().is_some()
    }

    #[tokio::test]
    async fn keys_are_fetched_once_in_a_minute() {
        let (source, clock, cache) = cache(&["a"]);
        for _ in 0..10 {
            assert!(knows(&cache, "a").await);
        }
        assert_eq!(source.fetches(), 1);
        clock.advance(FRESH);
        assert!(knows(&cache, "a").await);
        assert_eq!(source.fetches(), 2);
    }

    #[tokio::test]
    async fn an_unknown_name_is_looked_for_at_most_every_five_seconds() {
        let (source, clock, cache) = cache(&["a"]);
        assert!(knows(&cache, "a").await);
        for _ in 0..10 {
            assert!(!knows(&cache, "b").await);
        }
        assert_eq!(source.fetches(), 1);
        source.publish(&["b", "a"]);
        clock.advance(REFETCH_AFTER);
        assert!(knows(&cache, "b").await);
        assert_eq!(source.fetches(), 2);
    }

    #[tokio::test]
    async fn a_key_that_is_published_no_more_is_forgotten_within_a_minute() {
        let (source, clock, cache) = cache(&["a"]);
        assert!(knows(&cache, "a").await);
        source.publish(&["b"]);
        clock.advance(FRESH);
        assert!(!knows(&cache, "a").await);
    }

    #[tokio::test]
    async fn keys_outlive_an_outage_of_auth_but_not_for_ever() {
        let (source, clock, cache) = cache(&["a"]);
        assert!(knows(&cache, "a").await);
        source.publish(&[]);
        clock.advance(FRESH);
        assert!(knows(&cache, "a").await);
        clock.advance(USABLE);
        assert!(cache.key("a").await.is_err());
        assert!(cache.key("a").await.is_err());
        source.publish(&["a"]);
        clock.advance(REFETCH_AFTER);
        assert!(knows(&cache, "a").await);
    }
}
