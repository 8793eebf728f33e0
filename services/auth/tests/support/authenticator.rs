//! A passkey authenticator in software: ES256, no attestation. It does what it is told, right or wrong.
#![allow(dead_code)]

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

pub struct Authenticator {
    key: EcdsaKeyPair,
    credential_id: [u8; 32],
    user_handle: Option<String>,
    /// Whether it verifies its user.
    pub verifies: bool,
    /// What the browser says which page asked.
    pub origin: String,
    /// How often it was used, as it says.
    pub counter: u32,
}

impl Authenticator {
    pub fn new() -> Self {
        let mut credential_id = [0; 32];
        aws_lc_rs::rand::fill(&mut credential_id).unwrap();
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            credential_id,
            user_handle: None,
            verifies: true,
            origin: "http://localhost:3000".into(),
            counter: 0,
        }
    }

    /// Pretends to belong to another account.
    pub fn claim(&mut self, user_id: &str) {
        let id: uuid::Uuid = user_id.parse().unwrap();
        self.user_handle = Some(BASE64.encode(id.as_bytes()));
    }

    /// What `navigator.credentials.create()` gives.
    pub fn create<T: Serialize + DeserializeOwned>(&mut self, options: &T) -> T {
        let options = serde_json::to_value(options).unwrap();
        self.user_handle = Some(options["user"]["id"].as_str().unwrap().to_owned());
        let client_data = self.client_data("webauthn.create", &options);
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), ATTESTED);
        data.extend([0; 16]);
        data.extend([0, 32]);
        data.extend(self.credential_id);
        data.extend(self.public_key_data());
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        attestation.extend(length);
        attestation.extend(data);
        self.credential(&json!({
            "clientDataJSON": BASE64.encode(client_data),
            "attestationObject": BASE64.encode(attestation),
            "transports": ["internal"],
        }))
    }

    /// What `navigator.credentials.get()` gives.
    pub fn get<T: Serialize + DeserializeOwned>(&mut self, options: &T) -> T {
        let options = serde_json::to_value(options).unwrap();
        self.counter += 1;
        let client_data = self.client_data("webauthn.get", &options);
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let signed = [&data[..], digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        self.credential(&json!({
            "clientDataJSON": BASE64.encode(client_data),
            "authenticatorData": BASE64.encode(data),
            "signature": BASE64.encode(signature.as_ref()),
            "userHandle": self.user_handle,
        }))
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        serde_json::to_vec(&data).unwrap()
    }

    fn data(&self, rp_id: &str, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { USER_VERIFIED } else { 0 };
        let mut data = digest(&SHA256, rp_id.as_bytes()).as_ref().to_vec();
        data.push(flags | USER_PRESENT | verified);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// RFC 9053, section 7.1.1, in CBOR.
    fn public_key_data(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", x, b"\x22\x58\x20", y].concat()
    }

    fn credential<T: DeserializeOwned>(&self, response: &Value) -> T {
        let id = BASE64.encode(self.credential_id);
        let credential = json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": true}},
            "response": response,
        });
        serde_json::from_value(credential).unwrap()
    }
}
