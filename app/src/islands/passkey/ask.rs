//! The conversation with the browser: bytes for what the server wrote in base64url, and back.
//! `PublicKeyCredential.parseCreationOptionsFromJSON` would do it, and is younger than the
//! browsers that we promise. What the bytes mean is `backend::factors`'.

use js_sys::{Array, ArrayBuffer, Function, JSON, Object, Promise, Reflect, Uint8Array};
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
};
use wasm_bindgen_futures::JsFuture;

use super::Parts;

/// What a device may say; only those that are there are sent.
const SAID: [&str; 5] = [
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
];

/// Shows the button where the browser knows passkeys (it hides them from a page that came
/// unencrypted), and answers what the button does. `words` are for a person who did not go on,
/// for a device that has a passkey already, and for anything else.
pub(super) fn by(
    parts: Parts,
    options: String,
    words: [String; 3],
) -> impl Fn(leptos::ev::MouseEvent) + 'static {
    leptos::task::spawn_local(async move {
        let able = get(&window(), "PublicKeyCredential").is_ok_and(|found| found.is_function());
        if let (true, Some(hint), Some(actions)) = (
            able,
            parts.hint.get_untracked(),
            parts.actions.get_untracked(),
        ) {
            hint.set_hidden(true);
            actions.set_hidden(false);
        }
    });
    move |_| {
        let (options, words) = (options.clone(), words.clone());
        leptos::task::spawn_local(async move {
            let (Some(form), Some(field), Some(said)) = (
                parts.form.get_untracked(),
                parts.field.get_untracked(),
                parts.said.get_untracked(),
            ) else {
                return;
            };
            said.set_text_content(None);
            match ask(&options).await {
                Ok(answer) => {
                    field.set_value(&answer);
                    // Refused only where the form is not in the page.
                    drop(form.submit());
                }
                Err(why) => said.set_text_content(Some(in_words(&why, &words))),
            }
        });
    }
}

/// The browser's reasons by their names (WebAuthn §5.1.3, §5.1.4).
fn in_words<'a>(why: &JsValue, [stopped, known, failed]: &'a [String; 3]) -> &'a str {
    let name = get(why, "name").ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "AbortError") => stopped,
        Some("InvalidStateError") => known,
        _ => failed,
    }
}

/// Hands the challenge over, and answers what the device says, in JSON.
async fn ask(options: &str) -> Result<String, JsValue> {
    let options = JSON::parse(options)?;
    let key = get(&options, "publicKey")?;
    to_bytes(&key, "challenge")?;
    let user = get(&key, "user")?;
    let (method, known) = if user.is_object() {
        to_bytes(&user, "id")?;
        ("create", get(&key, "excludeCredentials")?)
    } else {
        ("get", get(&key, "allowCredentials")?)
    };
    if Array::is_array(&known) {
        for one in Array::from(&known) {
            to_bytes(&one, "id")?;
        }
    }
    let credentials = get(&get(&window(), "navigator")?, "credentials")?;
    let method: Function = get(&credentials, method)?.dyn_into()?;
    let promise: Promise = method.call1(&credentials, &options)?.dyn_into()?;
    let credential = JsFuture::from(promise).await?;

    let response = get(&credential, "response")?;
    let told = Object::new();
    for name in SAID {
        if let Ok(bytes) = get(&response, name)?.dyn_into::<ArrayBuffer>() {
            set(&told, name, &to_text(&bytes)?)?;
        }
    }
    let raw: ArrayBuffer = get(&credential, "rawId")?.dyn_into()?;
    let answer = Object::new();
    set(&answer, "id", &get(&credential, "id")?)?;
    set(&answer, "rawId", &to_text(&raw)?)?;
    set(&answer, "type", &get(&credential, "type")?)?;
    set(&answer, "response", &told)?;
    set(&answer, "extensions", &Object::new())?;
    Ok(JSON::stringify(&answer)?.into())
}

fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &JsValue::from_str(name))
}

fn set(of: &JsValue, name: &str, value: &JsValue) -> Result<bool, JsValue> {
    Reflect::set(of, &JsValue::from_str(name), value)
}

/// Puts bytes in the place of a text in base64url.
fn to_bytes(of: &JsValue, name: &str) -> Result<(), JsValue> {
    let text = get(of, name)?.as_string().unwrap_or_default();
    let text: String = text.chars().map(plain).collect();
    // Each character of what `atob` answers is one byte.
    let binary: Vec<u8> = window().atob(&text)?.chars().map(|c| c as u8).collect();
    set(of, name, &Uint8Array::from(binary.as_slice()))?;
    Ok(())
}

/// Bytes as a text in base64url.
fn to_text(bytes: &ArrayBuffer) -> Result<JsValue, JsValue> {
    let bytes = Uint8Array::new(bytes).to_vec();
    let binary: String = bytes.into_iter().map(char::from).collect();
    let text = window().btoa(&binary)?;
    let text: String = text.chars().filter(|c| *c != '=').map(safe).collect();
    Ok(JsValue::from_str(&text))
}

const fn plain(c: char) -> char {
    match c {
        '-' => '+',
        '_' => '/',
        other => other,
    }
}

const fn safe(c: char) -> char {
    match c {
        '+' => '-',
        '/' => '_',
        other => other,
    }
}
