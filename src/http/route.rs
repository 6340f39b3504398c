//! The address that a provider pushes to. Its last part is a secret that only the provider is told.
//!
//! It is derived from the reseller key, so that it stays the same over restarts and needs no setting; whoever knows it
//! learns nothing of the key.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use url::Url;

/// Sets this use of the key apart from any other.
const LABEL: &str = "numdesk push route 1 ";

/// Bytes of the code that stand in the address.
const LENGTH: usize = 16;

/// Where one provider pushes to. Has no `Debug`: it is a secret.
pub struct Route {
    provider: &'static str,
    /// There always is one: HMAC takes a key of any length.
    code: Option<Hmac<Sha256>>,
}

impl Route {
    /// The route of a provider under a reseller key.
    pub fn new(provider: &'static str, api_key: &SecretString) -> Self {
        let keyed = keyed(api_key);
        let code = keyed.map(|code| code.chain_update(LABEL).chain_update(provider));
        Self { provider, code }
    }

    /// `/hooks/smscode-v2/` and 32 hexadecimal digits.
    pub fn path(&self) -> String {
        let code = self.code.clone().map(|code| hex::encode(code.finalize().into_bytes()));
        let digits: String = code.unwrap_or_default().chars().take(2 * LENGTH).collect();
        format!("/hooks/{}/{digits}", self.provider)
    }

    /// The whole address, below what people outside reach this server by.
    pub fn below(&self, public: &Url) -> String {
        format!("{}{}", public.as_str().trim_end_matches('/'), self.path())
    }

    /// Whether a request came to this route. Takes the same time for every wrong secret.
    pub fn is(&self, provider: &str, secret: &str) -> bool {
        let mut code = [0; LENGTH];
        provider == self.provider
            && hex::decode_to_slice(secret, &mut code).is_ok()
            && self.code.clone().is_some_and(|right| right.verify_truncated_left(&code).is_ok())
    }
}

/// HMAC-SHA256 under a secret; there always is one.
fn keyed(secret: &SecretString) -> Option<Hmac<Sha256>> {
    Hmac::new_from_slice(secret.expose_secret().as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_stable_secret_and_its_providers_own() {
        let key = SecretString::from("reseller-key");
        let route = Route::new("smscode-v2", &key);
        let path = route.path();
        assert_eq!(path, Route::new("smscode-v2", &key).path());
        let secret = path.strip_prefix("/hooks/smscode-v2/").unwrap();
        assert_eq!(secret.len(), 32);
        assert!(route.is("smscode-v2", secret));
        assert!(!route.is("smscode-v1", secret));
        let others = [
            Route::new("smscode-v1", &key).path(),
            Route::new("smscode-v2", &SecretString::from("another")).path(),
        ];
        assert!(others.iter().all(|other| !other.ends_with(secret)));
        for wrong in ["", "0", &secret[..30], &"0".repeat(32), &format!("{secret}00"), "ü"] {
            assert!(!route.is("smscode-v2", wrong), "{wrong}");
        }
    }

    #[test]
    fn the_whole_address_has_one_slash_between_its_parts() {
        let route = Route::new("smsbuyz", &SecretString::from("key"));
        for public in ["https://shop.example", "https://shop.example/"] {
            let whole = route.below(&public.parse().unwrap());
            assert_eq!(whole, format!("https://shop.example{}", route.path()));
        }
        let below = route.below(&"https://shop.example/numdesk/".parse().unwrap());
        assert!(below.starts_with("https://shop.example/numdesk/hooks/smsbuyz/"));
    }
}
