//! A device with passkeys and the browser in front of it: makes them, answers by them, and does
//! wrong what a test tells it to. Its keys are real, its randomness is not.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Somebody was there.
const PRESENT: u8 = 0x01;
/// The device made sure who it was.
const VERIFIED: u8 = 0x04;
/// A new key is told.
const NEW_KEY: u8 = 0x40;

/// A telephone, a computer or a security key.
#[derive(Debug)]
pub struct Device {
    /// The origin of the page that the browser shows.
    pub origin: String,
    /// Whether it makes sure who is there.
    pub verifies: bool,
    /// What it says to have been used so often; it does not count when that is zero.
    pub counter: u32,
    name: String,
    keys: Vec<Key>,
}

#[derive(Clone, Debug)]
struct Key {
    id: Vec<u8>,
    user: Vec<u8>,
    host: String,
    secret: SigningKey,
}

impl Device {
    /// One of that name, which counts, in front of a page of that origin. Another name has other
    /// keys.
    #[must_use]
    pub fn new(name: &str, origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            verifies: true,
            counter: 1,
            name: name.to_owned(),
            keys: Vec::new(),
        }
    }

    /// A copy of it with all its keys, as a thief would like to have.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self {
            origin: self.origin.clone(),
            verifies: self.verifies,
            counter: self.counter,
            name: self.name.clone(),
            keys: self.keys.clone(),
        }
    }

    /// Makes a passkey, as told by what the browser is shown; what the browser sends back.
    ///
    /// # Panics
    /// When it is shown no challenge, or holds a passkey of the account already.
    #[must_use]
    pub fn make(&mut self, shown: &str) -> String {
        let shown = &read(shown)["publicKey"];
        for known in shown["excludeCredentials"].as_array().into_iter().flatten() {
            let known = bytes(&known["id"]);
            assert!(self.keys.iter().all(|key| key.id != known), "known already");
        }
        let seed = format!("{} {}", self.name, self.keys.len());
        let id = Sha256::digest(format!("id {seed}")).to_vec();
        let secret = SigningKey::from_slice(&Sha256::digest(seed)).unwrap();
        let key = Key {
            user: bytes(&shown["user"]["id"]),
            host: shown["rp"]["id"].as_str().unwrap().to_owned(),
            id,
            secret,
        };
        let mut told = self.said_of(&key, NEW_KEY);
        told.extend([0; 16]);
        told.extend(u16::try_from(key.id.len()).unwrap().to_be_bytes());
        told.extend(&key.id);
        told.extend(public(&key.secret));
        // {"fmt": "none", "attStmt": {}, "authData": bytes}, in CBOR.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(told.len()).unwrap());
        object.extend(told);
        let client = self.client("webauthn.create", shown);
        let response = json!({
            "clientDataJSON": text(&client),
            "attestationObject": text(&object),
        });
        let answer = answer(&key.id, &response);
        self.keys.push(key);
        answer
    }

    /// Answers by the first of its passkeys that will do; what the browser sends back.
    ///
    /// # Panics
    /// When it is shown no challenge, or has none.
    #[must_use]
    pub fn answer(&mut self, shown: &str) -> String {
        let shown = &read(shown)["publicKey"];
        let allowed: Vec<_> = shown["allowCredentials"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| bytes(&one["id"]))
            .collect();
        let will_do = |key: &&Key| allowed.is_empty() || allowed.contains(&key.id);
        let key = self.keys.iter().find(will_do).expect("no passkey").clone();
        self.answer_with(&key, shown)
    }

    /// Answers by its first passkey whatever was asked for.
    ///
    /// # Panics
    /// As [`Self::answer`].
    #[must_use]
    pub fn insist(&mut self, shown: &str) -> String {
        let key = self.keys.first().expect("no passkey").clone();
        self.answer_with(&key, &read(shown)["publicKey"])
    }

    fn answer_with(&mut self, key: &Key, shown: &Value) -> String {
        if self.counter > 0 {
            self.counter += 1;
        }
        let said = self.said_of(key, 0);
        let client = self.client("webauthn.get", shown);
        let signed = [said.as_slice(), &Sha256::digest(&client)].concat();
        let signature: Signature = key.secret.sign(&signed);
        let response = json!({
            "clientDataJSON": text(&client),
            "authenticatorData": text(&said),
            "signature": text(signature.to_der().as_bytes()),
            "userHandle": text(&key.user),
        });
        answer(&key.id, &response)
    }

    fn said_of(&self, key: &Key, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut said = Sha256::digest(&key.host).to_vec();
        said.push(PRESENT | verified | flags);
        said.extend(self.counter.to_be_bytes());
        said
    }

    fn client(&self, what: &str, shown: &Value) -> Vec<u8> {
        let said = json!({
            "type": what,
            "challenge": shown["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        said.to_string().into_bytes()
    }
}

/// The challenge that a page hands to the browser, if it has one: the property `options` of its
/// island.
#[must_use]
pub fn shown_on(html: &str) -> Option<String> {
    html.split("data-props=\"").skip(1).find_map(|rest| {
        let props = rest.split('"').next()?;
        let props = props
            .replace("&quot;", "\"")
            .replace("&#x27;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        let props: Value = serde_json::from_str(&props).ok()?;
        Some(props["options"].as_str()?.to_owned())
    })
}

/// The public half on P-256 for ES256, in COSE.
fn public(secret: &SigningKey) -> Vec<u8> {
    let point = secret.verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let mut key = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".to_vec();
    key.extend(x);
    key.extend(b"\x22\x58\x20");
    key.extend(y);
    key
}

fn answer(id: &[u8], response: &Value) -> String {
    json!({
        "id": text(id),
        "rawId": text(id),
        "type": "public-key",
        "response": response,
        "extensions": {},
    })
    .to_string()
}

fn read(shown: &str) -> Value {
    serde_json::from_str(shown).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
