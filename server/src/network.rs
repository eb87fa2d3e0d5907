//! Which network a request comes from, for limits. `X-Forwarded-For` counts only as far as the
//! proxies that the host named vouch for it; no other forwarded header counts at all.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use app::limits::ClientKey;
use axum::{
    body::Body,
    extract::{ConnectInfo, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, Request};

/// Addresses of proxies: single ones, or blocks (`10.0.0.0/8`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Block>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    address: IpAddr,
    bits: u8,
}

/// Not an address, nor a block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of addresses or blocks")]
pub struct NotAddresses;

impl FromStr for TrustedProxies {
    type Err = NotAddresses;

    /// Addresses and blocks, separated by commas or spaces.
    fn from_str(text: &str) -> Result<Self, NotAddresses> {
        text.split([',', ' '])
            .filter(|part| !part.is_empty())
            .map(block)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn block(text: &str) -> Result<Block, NotAddresses> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let address = address
        .parse::<IpAddr>()
        .map_err(|_| NotAddresses)?
        .to_canonical();
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = match bits {
        Some(bits) => bits
            .parse::<u8>()
            .ok()
            .filter(|bits| *bits <= most)
            .ok_or(NotAddresses)?,
        None => most,
    };
    Ok(Block { address, bits })
}

impl TrustedProxies {
    /// Whether none was named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|block| block.contains(address))
    }

    /// Who is behind a connection: the peer, or, when it is a trusted proxy, the rightmost hop
    /// of `X-Forwarded-For` that is not one. Anything unreadable on the way ends the trust.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
        // By octets: what a client wrote before the hop of our proxy need not be text.
        let hops = lines
            .iter()
            .rev()
            .flat_map(|line| line.as_bytes().rsplit(|octet| *octet == b','));
        for hop in hops {
            if !self.contains(client) {
                break;
            }
            let hop = str::from_utf8(hop).unwrap_or_default();
            let Some(address) = hop_address(hop.trim()) else {
                break;
            };
            client = address;
        }
        client
    }
}

impl Block {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                ours.to_bits() & mask == theirs.to_bits() & mask
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.bits))
                    .unwrap_or(0);
                ours.to_bits() & mask == theirs.to_bits() & mask
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let address = hop.parse::<IpAddr>().ok();
    let address = address.or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    let bare = || {
        hop.strip_prefix('[')?
            .strip_suffix(']')?
            .parse::<IpAddr>()
            .ok()
    };
    address.or_else(bare).map(|address| address.to_canonical())
}

/// The key of limits: an IPv4 address, or the /64 that one subscriber has of IPv6.
#[must_use]
pub fn client_key(address: IpAddr) -> ClientKey {
    match address.to_canonical() {
        IpAddr::V4(address) => ClientKey::new(address.to_string(), Vec::new()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            // What a household is given, and what a company or a tunnel is.
            let wider = vec![
                format!("{a:x}:{b:x}:{c:x}:{:x}::/56", d & 0xff00),
                format!("{a:x}:{b:x}:{c:x}::/48"),
            ];
            ClientKey::new(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"), wider)
        }
    }
}

/// Who is behind a request, for whoever looks at how it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Forwarding {
    /// Who asks, as far as the proxies that we trust vouch for it.
    pub client: IpAddr,
    /// Whether the connection came from one of them.
    pub from_trusted_proxy: bool,
}

/// The layer: leaves a [`ClientKey`] and a [`Forwarding`] in the extensions.
pub async fn find(
    State(proxies): State<TrustedProxies>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let client = proxies.client(peer.ip(), request.headers());
        let from_trusted_proxy = proxies.contains(peer.ip().to_canonical());
        let extensions = request.extensions_mut();
        extensions.insert(client_key(client));
        extensions.insert(Forwarding {
            client,
            from_trusted_proxy,
        });
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            // As it comes over the wire: octets.
            let octets: Vec<u8> = line.chars().map(|c| c as u8).collect();
            headers.append("x-forwarded-for", HeaderValue::from_bytes(&octets).unwrap());
        }
        let proxies: TrustedProxies = proxies.parse().unwrap();
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_forwarded_header_counts_only_from_a_trusted_proxy() {
        assert_eq!(client("", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(
            client("10.0.0.0/8", "192.0.2.1", &["198.51.100.7"]),
            "192.0.2.1"
        );
        assert_eq!(
            client("10.0.0.0/8", "10.1.2.3", &["198.51.100.7"]),
            "198.51.100.7"
        );
    }

    #[test]
    fn octets_that_are_no_text_hide_no_hop_behind_them() {
        assert_eq!(
            client("127.0.0.1", "127.0.0.1", &["\u{ff}, 198.51.100.7"]),
            "198.51.100.7"
        );
        assert_eq!(
            client("127.0.0.1", "127.0.0.1", &["198.51.100.7, \u{ff}"]),
            "127.0.0.1"
        );
    }

    #[test]
    fn the_rightmost_hop_that_is_no_proxy_of_ours_is_the_client() {
        let proxies = "10.0.0.0/8, 127.0.0.1 ::1";
        assert_eq!(
            client(proxies, "127.0.0.1", &["1.1.1.1, 198.51.100.7, 10.0.0.9"]),
            "198.51.100.7"
        );
        assert_eq!(
            client(proxies, "::1", &["1.1.1.1", "198.51.100.7:80"]),
            "198.51.100.7"
        );
        assert_eq!(
            client(proxies, "::ffff:127.0.0.1", &["[2001:db8::1]:443"]),
            "2001:db8::1"
        );
    }

    #[test]
    fn what_cannot_be_read_ends_the_trust() {
        assert_eq!(
            client("127.0.0.1", "127.0.0.1", &["1.1.1.1, unknown"]),
            "127.0.0.1"
        );
        assert_eq!(client("127.0.0.1", "127.0.0.1", &[""]), "127.0.0.1");
    }

    #[test]
    fn ipv6_counts_by_the_network_of_one_subscriber() {
        let one = client_key("2001:db8:1:2:3::4".parse().unwrap());
        assert_eq!(one, client_key("2001:db8:1:2:ffff::1".parse().unwrap()));
        assert_ne!(one, client_key("2001:db8:1:3::4".parse().unwrap()));
    }

    #[test]
    fn a_list_with_something_else_in_it_is_refused() {
        for wrong in [
            "proxy.example",
            "10.0.0.0/33",
            "10.0.0.0/",
            "::/129",
            "1.2.3",
        ] {
            assert_eq!(
                wrong.parse::<TrustedProxies>(),
                Err(NotAddresses),
                "{wrong}"
            );
        }
        assert!(
            "0.0.0.0/0"
                .parse::<TrustedProxies>()
                .unwrap()
                .contains("8.8.8.8".parse().unwrap())
        );
    }
}
