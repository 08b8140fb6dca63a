//! Addresses that may be talked to.

use std::net::IpAddr;
use url::{Host, Url};

/// Whether what is said there stays between the two: it is encrypted, or it does not leave this machine.
pub(super) fn safe(url: &Url) -> bool {
    let clean = url.username().is_empty() && url.password().is_none();
    match url.scheme() {
        "https" => clean && url.has_host(),
        "http" => clean && loopback(url),
        _ => false,
    }
}

/// Whether it is an address of this machine.
fn loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_clear_only_on_this_machine() {
        for good in ["https://accounts.google.com", "http://127.0.0.1:9090/oidc", "http://[::1]:1/", "http://localhost/"] {
            assert!(safe(&good.parse().unwrap()), "{good}");
        }
        for bad in [
            "http://sso.agency.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "ftp://x.example",
            "file:///etc/passwd",
            "https://user:pass@x.example",
        ] {
            assert!(!safe(&bad.parse().unwrap()), "{bad}");
        }
    }
}
