//! Whether a body was signed by somebody who knows the secret: HMAC-SHA256 over the raw bytes, in hexadecimal.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Compares in constant time.
pub(super) fn is_right(secret: &SecretString, body: &[u8], signature: &[u8]) -> bool {
    let mut code = [0; 32];
    hex::decode_to_slice(signature, &mut code).is_ok()
        // There always is one: HMAC takes a key of any length.
        && Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
            .is_ok_and(|right| right.chain_update(body).verify_slice(&code).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const KEY: &str = "Jefe";
    const BODY: &[u8] = b"what do ya want for nothing?";
    const CODE: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn only_the_whole_right_signature_of_this_very_body_is_right() {
        let key = SecretString::from(KEY);
        assert!(is_right(&key, BODY, CODE.as_bytes()));
        assert!(is_right(&key, BODY, CODE.to_uppercase().as_bytes()));
        assert!(!is_right(&SecretString::from("jefe"), BODY, CODE.as_bytes()));
        assert!(!is_right(&key, b"what do ya want for nothing!", CODE.as_bytes()));
        let cut = &CODE[..62];
        for wrong in ["", cut, &format!("{cut}44"), &format!("{CODE}00"), "no hexadecimal"] {
            assert!(!is_right(&key, BODY, wrong.as_bytes()), "{wrong}");
        }
    }
}
