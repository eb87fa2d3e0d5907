//! A browser without JavaScript, which keeps its cookies.

use axum::body::Body;
use http::{
    Method,
    header::{COOKIE, USER_AGENT},
};

use super::{Answer, TestSite, form, request};

/// A browser that keeps its cookies.
pub struct Browser<'a> {
    site: &'a TestSite,
    cookies: Vec<(String, String)>,
    agent: Option<&'static str>,
    network: Option<&'static str>,
}

impl<'a> Browser<'a> {
    /// A browser that was never here.
    pub fn new(site: &'a TestSite) -> Self {
        Self {
            site,
            cookies: Vec::new(),
            agent: None,
            network: None,
        }
    }

    /// What it says it is.
    pub fn calls_itself(mut self, agent: &'static str) -> Self {
        self.agent = Some(agent);
        self
    }

    /// Where it is, for a site behind a trusted proxy.
    pub fn at(mut self, network: &'static str) -> Self {
        self.network = Some(network);
        self
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        let builder = request(Method::GET, path);
        self.send(builder, Body::empty()).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.post_body(path, body).await
    }

    /// Sends a form whose body is already written.
    pub async fn post_body(&mut self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(form(path), body.into()).await
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies
            .iter()
            .find(|(ours, _)| ours == name)
            .map(|(_, value)| value.as_str())
    }

    /// All that it keeps.
    pub fn jar(&self) -> Vec<(String, String)> {
        self.cookies.clone()
    }

    /// Puts a cookie there, as an attacker would.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(ours, _)| ours != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    /// Sends anything, with its cookies.
    pub async fn send(&mut self, builder: http::request::Builder, body: Body) -> Answer {
        let jar: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let builder = if jar.is_empty() {
            builder
        } else {
            builder.header(COOKIE, jar.join("; "))
        };
        let builder = match self.agent {
            Some(agent) => builder.header(USER_AGENT, agent),
            None => builder,
        };
        let builder = match self.network {
            Some(network) => builder.header("x-forwarded-for", network),
            None => builder,
        };
        let answer = self.site.send(builder.body(body).unwrap()).await;
        for cookie in answer.cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            self.set_cookie(name, value);
            if attributes.contains("Max-Age=0") {
                self.cookies.retain(|(ours, _)| ours != name);
            }
        }
        answer
    }
}
