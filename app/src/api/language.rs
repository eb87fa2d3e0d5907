//! The choice of a language, kept in a cookie of the browser.
//! Not for the language of mails: a visit keeps the one it was booked in.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Remembers a language (`fr`, `en`) and goes back to `next`, a path of ours.
///
/// # Errors
/// [`Fault::BadRequest`] for a language we do not speak.
#[server(prefix = "/api", endpoint = "choose_language", input = PostUrl)]
pub async fn choose_language(lang: String, #[server(default)] next: String) -> Result<(), Fault> {
    use crate::{forms, request};

    let lang = i18n::Lang::from_code(&lang).ok_or(Fault::BadRequest)?;
    request::remember_lang(lang);
    forms::see_other(forms::local_path(&next).unwrap_or(domain::links::HOME))
}
