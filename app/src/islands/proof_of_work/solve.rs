//! The search itself: the protocol of ALTCHA (version 2), with the browser's `crypto.subtle`,
//! which does its work on threads of its own. Verifying is `backend::challenge`'s.

use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::{html, prelude::*, wasm_bindgen::JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// After so many tries the form goes without: one of 256 succeeds, so this never happens.
const MOST_TRIES: u32 = 10_000;
/// Length of a key, in bits.
const KEY_BITS: u32 = 256;

/// Searches, and writes `{counter}.{key in hexadecimal}` into the field when it is found.
pub(super) fn into(
    field: NodeRef<html::Input>,
    nonce: String,
    salt: String,
    prefix: String,
    rounds: u32,
) {
    leptos::task::spawn_local(async move {
        let found = search(&bytes(&nonce), &bytes(&salt), &prefix, rounds).await;
        // No proof is no error: an old browser, or an address that is not secure.
        if let (Ok(Some(proof)), Some(field)) = (found, field.get_untracked()) {
            field.set_value(&proof);
        }
    });
}

async fn search(
    nonce: &[u8],
    salt: &[u8],
    prefix: &str,
    rounds: u32,
) -> Result<Option<String>, JsValue> {
    let subtle = window().crypto()?.subtle();
    let how = Object::new();
    for (name, value) in [
        ("name", JsValue::from_str("PBKDF2")),
        ("hash", JsValue::from_str("SHA-256")),
        ("salt", Uint8Array::from(salt).into()),
        ("iterations", JsValue::from(rounds)),
    ] {
        Reflect::set(&how, &JsValue::from_str(name), &value)?;
    }
    let uses = Array::of1(&JsValue::from_str("deriveBits"));
    let mut password = nonce.to_vec();
    for counter in 0..MOST_TRIES {
        password.truncate(nonce.len());
        password.extend_from_slice(&counter.to_be_bytes());
        let key = derive(&subtle, &password, &how, &uses).await?;
        if key.starts_with(prefix) {
            return Ok(Some(format!("{counter}.{key}")));
        }
    }
    Ok(None)
}

/// The key of one password, in hexadecimal.
async fn derive(
    subtle: &SubtleCrypto,
    password: &[u8],
    how: &Object,
    uses: &Array,
) -> Result<String, JsValue> {
    let password = Uint8Array::from(password);
    let key = subtle.import_key_with_str("raw", &password, "PBKDF2", false, uses)?;
    let key = CryptoKey::from(JsFuture::from(key).await?);
    let bits = subtle.derive_bits_with_object(how, &key, KEY_BITS)?;
    let bits = Uint8Array::new(&JsFuture::from(bits).await?).to_vec();
    Ok(hexadecimal(&bits))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits: Vec<_> = hexadecimal
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .collect();
    digits
        .chunks_exact(2)
        .filter_map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok())
        .collect()
}
